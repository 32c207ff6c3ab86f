//! One start of a program: its input, its output, its limits, its end.
//!
//! The limit of memory is the shell's (`ulimit -v`), set before the shell becomes the program. The program leads a process group of its own, so
//! that whatever it starts ends with it.

use crate::error::{Error, Result};
use crate::plan::stopped::{ProgramEnding, Stopped};
use crate::registry::External;
use std::io::{Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// Between two glances at the clock and at the interrupt flag.
const GLANCE: Duration = Duration::from_millis(20);
/// For what is left in a pipe when the program has ended.
const GRACE: Duration = Duration::from_secs(2);
/// Bytes of standard error that are looked at.
const COMPLAINT: u64 = 64 << 10;

/// What the program wrote to standard output, or how it ended instead.
///
/// # Errors
/// [`Error::Interrupted`].
pub fn output(
    external: &External,
    folder: &Path,
    request: Vec<u8>,
    most: u64,
    interrupt: &AtomicBool,
) -> Result<std::result::Result<String, Stopped>> {
    let mut child = match started(external, folder) {
        Ok(child) => child,
        Err(trouble) => return Ok(Err(Stopped::new(ProgramEnding::NotStarted, trouble.to_string()))),
    };
    let mut input = child.stdin.take().expect("it was piped");
    // A program that does not read its input may still answer.
    thread::spawn(move || drop(input.write_all(&request)));
    let written = reader(child.stdout.take().expect("it was piped"), most + 1);
    let complaint = reader(child.stderr.take().expect("it was piped"), COMPLAINT);
    let ended = wait(&mut child, external, interrupt, &written, most);
    kill_group(child.id());
    let status = child.wait();
    match ended? {
        Ended::Late => {
            let told = format!("still running after {} seconds; `seconds` sets the limit", external.seconds);
            Ok(Err(Stopped::new(ProgramEnding::TimedOut, told)))
        }
        Ended::Said(bytes) if bytes.len() as u64 > most => {
            Ok(Err(Stopped::new(ProgramEnding::Garbled, format!("more than {most} bytes of output, which its lines cannot need"))))
        }
        Ended::Said(bytes) => Ok(match status {
            Ok(status) if status.success() => {
                String::from_utf8(bytes).map_err(|_| Stopped::new(ProgramEnding::Garbled, "its output is not UTF-8"))
            }
            Ok(status) => Err(crashed(status, &complaint.recv_timeout(GRACE).unwrap_or_default(), external)),
            Err(trouble) => Err(Stopped::new(ProgramEnding::Crashed, trouble.to_string())),
        }),
    }
}

/// How the wait ended.
enum Ended {
    /// Its standard output is complete, or too long.
    Said(Vec<u8>),
    /// Its time is over.
    Late,
}

fn started(external: &External, folder: &Path) -> std::io::Result<Child> {
    let limit = format!("ulimit -v {} && exec \"$@\"", u64::from(external.megabytes) << 10);
    Command::new("sh")
        .args(["-c", &limit, "sh"])
        .args(&external.program)
        .current_dir(folder)
        // Cells run side by side; and sums of several threads are not the same every time.
        .env("OMP_NUM_THREADS", "1")
        .env("OPENBLAS_NUM_THREADS", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
}

/// Reads a pipe to its end, or so many bytes of it.
fn reader(pipe: impl Read + Send + 'static, most: u64) -> Receiver<Vec<u8>> {
    let (to, from) = mpsc::channel();
    thread::spawn(move || {
        let (mut bytes, mut pipe) = (Vec::new(), pipe);
        // What was read before a failure is all there is.
        let _ = pipe.by_ref().take(most).read_to_end(&mut bytes);
        let _ = to.send(bytes);
        // A full pipe would hold the program up.
        let _ = std::io::copy(&mut pipe, &mut std::io::sink());
    });
    from
}

/// Waits for the output, then for the end, both within the program's time.
fn wait(child: &mut Child, external: &External, interrupt: &AtomicBool, written: &Receiver<Vec<u8>>, most: u64) -> Result<Ended> {
    let over = Instant::now() + Duration::from_secs(u64::from(external.seconds));
    let mut said = None;
    let mut gone: Option<Instant> = None;
    loop {
        if interrupt.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        if said.is_none() {
            match written.recv_timeout(GLANCE) {
                Ok(bytes) => said = Some(bytes),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => said = Some(Vec::new()),
            }
        } else {
            thread::sleep(GLANCE / 4);
        }
        if gone.is_none() && !matches!(child.try_wait(), Ok(None)) {
            gone = Some(Instant::now());
        }
        match (&said, gone) {
            (Some(bytes), _) if bytes.len() as u64 > most => return Ok(Ended::Said(said.unwrap_or_default())),
            (Some(_), Some(_)) => return Ok(Ended::Said(said.unwrap_or_default())),
            // Something that it started keeps the pipe open.
            (None, Some(since)) if since.elapsed() > GRACE => kill_group(child.id()),
            (Some(_), None) | (None, Some(_) | None) => {}
        }
        if Instant::now() > over {
            return Ok(Ended::Late);
        }
    }
}

/// Ends the program and whatever it started.
fn kill_group(leader: u32) {
    let kill = format!("kill -s KILL -- -{leader}");
    // Nothing is left of most groups by now.
    let _ = Command::new("sh").args(["-c", &kill]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
}

fn crashed(status: ExitStatus, complaint: &[u8], external: &External) -> Stopped {
    let complaint = String::from_utf8_lossy(complaint);
    let last = complaint.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("nothing on standard error");
    let last: String = last.chars().take(300).collect();
    let how = match (status.code(), status.signal()) {
        (Some(code), _) => format!("code {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "no code".to_owned(),
    };
    // What the shell says where there is no such program, or none that it may start.
    let ending = if matches!(status.code(), Some(126 | 127)) { ProgramEnding::NotStarted } else { ProgramEnding::Crashed };
    Stopped::new(ending, format!("{how}: {last} (its limit is {} megabytes)", external.megabytes))
}
