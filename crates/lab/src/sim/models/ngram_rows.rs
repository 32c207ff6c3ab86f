//! N-grams with numbers: the truth's own, in rows by context, and those that a smoothed model invents beside them.
//!
//! Counts are vectors by these numbers (slots). The truth's n-grams come first and never change; a new one gets the next
//! number of its replicate. A row turns into a sampling table when a text first comes by.

use crate::random::Rng;
use crate::sim::Sampling;
use crate::sim::text::{Gram, Language, after, context};
use rand::RngExt;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// The n-grams of a text, context by context.
#[derive(Debug)]
pub(super) struct Grams {
    pub order: usize,
    /// Number of tokens of the language.
    pub tokens: usize,
    /// Windows, sorted.
    pub contexts: Vec<u64>,
    /// Where each row starts; one more than contexts.
    starts: Vec<u32>,
    /// Per slot: its token, the context that follows it, its context, its probability in the text.
    pub token: Vec<u16>,
    pub next: Vec<u32>,
    pub context: Vec<u32>,
    pub mass: Vec<f64>,
}

impl Grams {
    pub fn of(language: &Language) -> Self {
        let grams = &language.grams;
        let mut contexts: Vec<u64> = grams.iter().map(|(gram, _)| gram.window).collect();
        contexts.dedup();
        let place = |window: u64| contexts.partition_point(|known| *known < window) as u32;
        let starts = contexts.iter().map(|window| grams.partition_point(|(gram, _)| gram.window < *window) as u32);
        let next = |gram: &Gram| place(context(after(gram.window, gram.token), language.order));
        Self {
            order: language.order,
            tokens: language.tokens,
            starts: starts.chain([grams.len() as u32]).collect(),
            token: grams.iter().map(|(gram, _)| gram.token).collect(),
            next: grams.iter().map(|(gram, _)| next(gram)).collect(),
            context: grams.iter().map(|(gram, _)| place(gram.window)).collect(),
            mass: grams.iter().map(|(_, p)| *p).collect(),
            contexts,
        }
    }

    pub const fn slots(&self) -> usize {
        self.token.len()
    }

    pub fn row(&self, place: usize) -> Range<usize> {
        self.starts[place] as usize..self.starts[place + 1] as usize
    }

    /// The place of a window.
    pub fn context_of(&self, window: u64) -> Option<usize> {
        self.contexts.binary_search(&context(window, self.order)).ok()
    }

    /// The slot of a token in the row at a place.
    pub fn slot(&self, place: usize, token: u16) -> Option<usize> {
        let row = self.row(place);
        self.token[row.clone()].binary_search(&token).ok().map(|step| row.start + step)
    }

    /// The slot of an n-gram.
    pub fn slot_of(&self, gram: Gram) -> Option<usize> {
        self.slot(self.context_of(gram.window)?, gram.token)
    }
}

/// An n-gram that the truth never makes.
#[derive(Debug, Clone, Copy)]
struct Invented {
    token: u16,
    next: u32,
    context: u32,
}

/// All n-grams of a replicate so far.
#[derive(Debug, Clone)]
pub(super) struct Slots {
    pub base: Arc<Grams>,
    invented: Vec<Invented>,
    places: BTreeMap<(u32, u16), u32>,
    /// Windows of contexts that the truth never has.
    strange: Vec<u64>,
    strange_places: BTreeMap<u64, u32>,
}

impl Slots {
    pub const fn new(base: Arc<Grams>) -> Self {
        Self { base, invented: Vec::new(), places: BTreeMap::new(), strange: Vec::new(), strange_places: BTreeMap::new() }
    }

    /// Forgets what was invented.
    pub fn clear(&mut self) {
        self.invented.clear();
        self.places.clear();
        self.strange.clear();
        self.strange_places.clear();
    }

    pub fn len(&self) -> usize {
        self.base.slots() + self.invented.len()
    }

    pub fn contexts(&self) -> usize {
        self.base.contexts.len() + self.strange.len()
    }

    pub fn token(&self, slot: usize) -> u16 {
        self.base.token.get(slot).copied().unwrap_or_else(|| self.invented[slot - self.base.slots()].token)
    }

    pub fn next(&self, slot: usize) -> u32 {
        self.base.next.get(slot).copied().unwrap_or_else(|| self.invented[slot - self.base.slots()].next)
    }

    pub fn context(&self, slot: usize) -> u32 {
        self.base.context.get(slot).copied().unwrap_or_else(|| self.invented[slot - self.base.slots()].context)
    }

    pub fn window(&self, place: usize) -> u64 {
        self.base.contexts.get(place).copied().unwrap_or_else(|| self.strange[place - self.base.contexts.len()])
    }

    /// The place of a context, which is new if need be.
    fn place(&mut self, window: u64) -> u32 {
        let window = context(window, self.base.order);
        if let Some(place) = self.base.context_of(window) {
            return place as u32;
        }
        let new = self.contexts() as u32;
        let place = *self.strange_places.entry(window).or_insert(new);
        if place == new {
            self.strange.push(window);
        }
        place
    }

    /// The slot of a token in a context, which is new if need be.
    fn slot(&mut self, place: usize, token: u16) -> usize {
        if place < self.base.contexts.len()
            && let Some(slot) = self.base.slot(place, token)
        {
            return slot;
        }
        if let Some(slot) = self.places.get(&(place as u32, token)) {
            return *slot as usize;
        }
        let slot = self.len();
        let next = self.place(after(self.window(place), token));
        self.places.insert((place as u32, token), slot as u32);
        self.invented.push(Invented { token, next, context: place as u32 });
        slot
    }

    /// Writes slots with their counts in the row at a place, in the order of tokens, those above zero only.
    fn alive(&self, place: usize, counts: &[f64], out: &mut Vec<(u32, f64)>) {
        out.clear();
        let base = if place < self.base.contexts.len() { self.base.row(place) } else { 0..0 };
        out.extend((base.start as u32..).zip(&counts[base]).filter(|(_, count)| **count > 0.0).map(|(slot, count)| (slot, *count)));
        let known = out.len();
        let place = place as u32;
        let invented = self.places.range((place, 0)..=(place, u16::MAX)).map(|(_, slot)| *slot);
        let counted = invented.map(|slot| (slot, counts.get(slot as usize).copied().unwrap_or(0.0)));
        out.extend(counted.filter(|(_, count)| *count > 0.0));
        if known < out.len() {
            out.sort_unstable_by_key(|(slot, _)| self.token(*slot as usize));
        }
    }
}

/// The sampling table of a row: tokens seen by running sums and a guide into them, those never seen as one mass.
#[derive(Debug, Clone, Copy)]
struct Table {
    start: u32,
    length: u32,
    /// Weight of the tokens seen.
    mass: f64,
    /// Tokens never seen that may be drawn, the first in order, and the weight of each.
    spare: u32,
    each: f64,
}

/// What a draw gives: an n-gram and the context after it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub slot: u32,
    pub next: u32,
    pub token: u16,
}

/// A token of a table, with the running sum of weights up to it: everything that a draw reads, side by side.
#[derive(Debug, Clone, Copy)]
struct Entry {
    sum: f64,
    step: Step,
}

/// Sampling tables of one fit.
#[derive(Debug, Clone, Default)]
pub(super) struct Tables {
    /// Of which fit.
    stamp: u64,
    tables: Vec<Option<Table>>,
    entries: Vec<Entry>,
    guide: Vec<u32>,
    alive: Vec<(u32, f64)>,
    order: Vec<u32>,
}

/// How counts become a law.
pub(super) struct Rule<'a> {
    pub smoothing: f64,
    pub sampling: &'a Sampling,
}

impl Tables {
    /// Tables for the fit with this stamp: all forgotten unless they were its own.
    pub fn renew(&mut self, stamp: u64) {
        if self.stamp != stamp {
            self.stamp = stamp;
            self.tables.fill(None);
            self.entries.clear();
            self.guide.clear();
        }
    }

    /// The next token at a place; `None`, without a draw, where nothing is known.
    pub fn draw(&mut self, place: usize, slots: &mut Slots, counts: &[f64], rule: &Rule<'_>, rng: &mut Rng) -> Option<Step> {
        if self.tables.len() <= place {
            self.tables.resize(place + 1, None);
        }
        let table = self.tables[place].unwrap_or_else(|| {
            let table = self.table(place, slots, counts, rule);
            self.tables[place] = Some(table);
            table
        });
        let Table { start, length, mass, spare, each } = table;
        let (start, length) = (start as usize, length as usize);
        if length == 0 && spare == 0 {
            return None;
        }
        let mut share: f64 = rng.random();
        if spare > 0 {
            let at = share * (mass + f64::from(spare) * each);
            if at >= mass {
                let step = (((at - mass) / each) as u32).min(spare - 1);
                return Some(self.unseen(place, step as u16, slots, start..start + length));
            }
            share = at / mass;
        }
        let at = share * length as f64;
        let mut step = self.guide[start + (at as usize).min(length - 1)] as usize;
        let level = share * mass;
        while step + 1 < length && self.entries[start + step].sum <= level {
            step += 1;
        }
        Some(self.entries[start + step].step)
    }

    /// The token with this number among those that the row has not seen.
    fn unseen(&self, place: usize, number: u16, slots: &mut Slots, seen: Range<usize>) -> Step {
        let mut token = number;
        for entry in &self.entries[seen] {
            if entry.step.token > token {
                break;
            }
            token += 1;
        }
        let slot = slots.slot(place, token);
        Step { slot: slot as u32, next: slots.next(slot), token }
    }

    fn table(&mut self, place: usize, slots: &Slots, counts: &[f64], rule: &Rule<'_>) -> Table {
        let mut alive = std::mem::take(&mut self.alive);
        slots.alive(place, counts, &mut alive);
        let unseen = if rule.smoothing > 0.0 { (slots.base.tokens - alive.len()) as u32 } else { 0 };
        let (spare, each) = self.sharpen(&mut alive, unseen, rule);
        let (start, length) = (self.entries.len(), alive.len());
        let mut mass = 0.0;
        for (slot, weight) in &alive {
            mass += weight;
            let place = *slot as usize;
            self.entries.push(Entry { sum: mass, step: Step { slot: *slot, next: slots.next(place), token: slots.token(place) } });
        }
        // guide[j] is the first step whose running sum exceeds j parts of the mass.
        let mut step = 0;
        for j in 0..length {
            while step + 1 < length && self.entries[start + step].sum <= j as f64 / length as f64 * mass {
                step += 1;
            }
            self.guide.push(step as u32);
        }
        self.alive = alive;
        Table { start: start as u32, length: length as u32, mass, spare, each }
    }

    /// Turns counts into weights as sampled; gives how many tokens never seen remain and the weight of each. Ties go by the
    /// order of tokens, and every token seen stands before every one that was not.
    fn sharpen(&mut self, alive: &mut Vec<(u32, f64)>, unseen: u32, rule: &Rule<'_>) -> (u32, f64) {
        let s = rule.smoothing;
        alive.iter_mut().for_each(|(_, count)| *count += s);
        let total = alive.iter().map(|(_, weight)| weight).sum::<f64>() + f64::from(unseen) * s;
        let keep = match rule.sampling {
            Sampling::Unbiased
            | Sampling::VarianceScale { .. }
            | Sampling::Flip { .. }
            | Sampling::DecoderMean
            | Sampling::Guidance { .. } => return (unseen, s),
            Sampling::Temperature { temperature } => {
                let top = alive.iter().map(|(_, weight)| *weight).fold(s, f64::max);
                let power = |weight: f64| (weight / top).powf(temperature.recip());
                alive.iter_mut().for_each(|(_, weight)| *weight = power(*weight));
                return (unseen, power(s));
            }
            Sampling::TopP { mass } => {
                self.rank(alive);
                let mut held = 0.0;
                let kept = self.order.iter().take_while(|place| {
                    let goes_on = held < *mass;
                    held += alive[**place as usize].1 / total;
                    goes_on
                });
                let kept = kept.count();
                if kept == alive.len() && held < *mass { kept.saturating_add(((mass - held) / (s / total)).ceil() as usize) } else { kept }
            }
            Sampling::TopK { count } => {
                self.rank(alive);
                *count
            }
            Sampling::Argmax => {
                self.rank(alive);
                1
            }
        };
        let spare = keep.saturating_sub(alive.len()).min(unseen as usize) as u32;
        for place in self.order.iter().skip(keep) {
            alive[*place as usize].1 = 0.0;
        }
        alive.retain(|(_, weight)| *weight > 0.0);
        (spare, s)
    }

    /// Tokens seen by falling weight; they stand in the order of tokens.
    fn rank(&mut self, alive: &[(u32, f64)]) {
        self.order.clear();
        self.order.extend(0..alive.len() as u32);
        self.order.sort_unstable_by(|a, b| alive[*b as usize].1.total_cmp(&alive[*a as usize].1).then(a.cmp(b)));
    }
}
