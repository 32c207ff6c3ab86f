//! Progress with time left on anything that lasts; silent when standard error is no terminal.

use crate::plan::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Work shorter than this shows no bar.
const QUIET: Duration = Duration::from_secs(2);

/// A bar over simulations; nothing is drawn before two seconds have gone.
pub struct Bar {
    bar: ProgressBar,
    started: Instant,
    /// Whether the time left is shown: it is once it is known.
    foresees: AtomicBool,
}

/// What the bar shows before anything was done, and after.
const BLIND: &str = "{bar:24} {pos}/{len} simulations  {elapsed} gone  {wide_msg}";
const FORESEEING: &str = "{bar:24} {pos}/{len} simulations  {elapsed} gone, about {eta} left  {wide_msg}";

/// Simulations done from which on the time of the others can be told.
const KNOWN: usize = 2;

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the template parses")
}

impl Bar {
    /// A bar that waits for work.
    ///
    /// # Panics
    /// Never: the templates are constants that parse.
    #[must_use]
    pub fn waiting() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        bar.set_style(style(BLIND));
        Self { bar, started: Instant::now(), foresees: AtomicBool::new(false) }
    }
}

impl Progress for Bar {
    fn advance(&self, done: usize, of: usize, next: &str) {
        if self.bar.is_hidden() && self.started.elapsed() > QUIET && std::io::stderr().is_terminal() && super::say::is_drawable() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(5));
            self.bar.enable_steady_tick(Duration::from_millis(500));
        }
        if done >= KNOWN && !self.foresees.swap(true, Ordering::Relaxed) {
            self.bar.set_style(style(FORESEEING));
        }
        self.bar.set_length(of as u64);
        self.bar.set_position(done as u64);
        self.bar.set_message(next.to_owned());
        if done == of {
            self.bar.finish_and_clear();
        }
    }

    fn message(&self, text: &str) {
        self.bar.suspend(|| super::say::err(&format!("{text}\n")));
    }
}

/// A flag that Ctrl-C and SIGTERM raise. A second one ends the program at once: nothing half-written is ever in place.
#[must_use]
pub fn interrupt_flag() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&flag);
    let handler = move || {
        if raised.swap(true, Ordering::SeqCst) {
            std::process::exit(super::exit::Exit::Interrupted as i32);
        }
        super::say::err("\nstopping at the next safe place (again to stop at once)\n");
    };
    // Only a second handler in one process could fail, and the first one then already does the work.
    let _ = ctrlc::set_handler(handler);
    terminated(&flag);
    flag
}

/// What ends batch jobs and services is obeyed as Ctrl-C is.
#[cfg(unix)]
fn terminated(flag: &Arc<AtomicBool>) {
    use signal_hook::consts::SIGTERM;
    // In this order: what has been raised before ends the program, then it is raised. Neither fails for a signal that can be caught.
    let _ = signal_hook::flag::register_conditional_shutdown(SIGTERM, super::exit::Exit::Interrupted as i32, Arc::clone(flag));
    let _ = signal_hook::flag::register(SIGTERM, Arc::clone(flag));
}

#[cfg(not(unix))]
fn terminated(_: &Arc<AtomicBool>) {}
