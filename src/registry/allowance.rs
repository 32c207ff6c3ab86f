//! What loading one study may take: few lines of a file can ask for more numbers or more arithmetic than a machine has.

use std::cell::Cell;

/// Most numbers that the cells of one study and of its claims hold together: a gigabyte, with what is made of them.
pub const NUMBERS: u64 = 20_000_000;

/// Most steps of arithmetic that the expressions of one study and of its claims take at the cells and generations where they are asked.
pub const STEPS: u64 = 200_000_000;

/// What is spent so far.
#[derive(Default)]
pub(super) struct Allowance {
    numbers: Cell<u64>,
    steps: Cell<u64>,
}

impl Allowance {
    /// Another study has its own.
    pub fn renew(&self) {
        self.numbers.set(0);
        self.steps.set(0);
    }

    /// Whether so many more numbers may be held.
    pub fn holds(&self, numbers: u64) -> bool {
        spend(&self.numbers, numbers) <= NUMBERS
    }

    /// Whether so many more steps may be taken.
    pub fn takes(&self, steps: u64) -> bool {
        spend(&self.steps, steps) <= STEPS
    }
}

fn spend(spent: &Cell<u64>, more: u64) -> u64 {
    spent.set(spent.get().saturating_add(more));
    spent.get()
}
