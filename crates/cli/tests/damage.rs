//! What machines do to a run: killed at any moment, two on one cache, damaged files, a full disk, folders that cannot be written.
//! The report that comes of it is the same to the byte, or the earlier one stays and the exit code is 5.
#![cfg(unix)]

mod place;

use place::{Place, files};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

type Files = BTreeMap<PathBuf, Vec<u8>>;
/// What becomes of a file's bytes at a place.
type Harm<'h> = &'h dyn Fn(&[u8], usize) -> Vec<u8>;

/// A quick run with its cache in `kept`, its report in `out`.
fn words<'w>(out: &'w str, seed: &'w str) -> [&'w str; 8] {
    ["run", "--quick", "--cache", "kept", "--seed", seed, "--out", out]
}

fn report(place: &Place, out: &str) -> Files {
    place.ok(&words(out, "1"));
    files(&place.path(out))
}

/// The entries of the cache by name.
fn entries(place: &Place) -> Files {
    files(&place.path("kept"))
}

fn write(place: &Place, entries: &Files) {
    entries.iter().for_each(|(name, bytes)| fs::write(place.path("kept").join(name), bytes).unwrap());
}

/// Whether an entry holds runs, which are drawn anew only where no decision spares it.
fn holds_runs(name: &Path) -> bool {
    name.extension().is_some_and(|ending| ending == "run")
}

/// A run that is killed after a while.
fn killed(place: &Place, seed: &str, after: Duration) {
    let mut child = place.command(&words("out", seed)).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Kills, by the environment: `KILLS=100` for a long run.
fn kills() -> u32 {
    std::env::var("KILLS").map_or(8, |text| text.parse().expect("a number"))
}

#[test]
fn a_run_that_was_killed_at_any_moment_ends_in_the_same_bytes() {
    let place = Place::tiny();
    let start = Instant::now();
    let whole = report(&place, "whole");
    let took = start.elapsed();
    let expected = entries(&place);
    fs::remove_dir_all(place.path("kept")).unwrap();
    for kill in 0..kills() {
        // Moments spread evenly and without a pattern; every other kill meets a run with nothing kept of its own.
        let share = f64::from(kill + 1) * 0.618_033_988_75 % 1.0;
        killed(&place, if kill % 2 == 0 { "1" } else { "2" }, took.mul_f64(share));
        if kill % 4 == 3 {
            let _ = fs::remove_dir_all(place.path("kept"));
        }
    }
    killed(&place, "1", took.mul_f64(0.5));
    // What a killed write left beside the pages is hidden, and swept when it is a minute old.
    let is_page = |name: &Path| name == Path::new(".collapse-audit-manifest") || !name.to_string_lossy().starts_with('.');
    let pages: Files = report(&place, "out").into_iter().filter(|(name, _)| is_page(name)).collect();
    assert!(whole == pages, "the report after {} kills", kills());
    let found = entries(&place);
    let differs = expected.iter().find(|(name, bytes)| found.get(*name) != Some(bytes));
    assert!(differs.is_none(), "{:?} is not what an undisturbed run keeps", differs.map(|(name, _)| name));
}

#[test]
fn two_runs_on_one_cache_give_the_same_bytes() {
    let place = Place::tiny();
    let run = |out: &str| place.command(&words(out, "1")).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    for mut child in [run("one"), run("two")] {
        assert!(child.wait().unwrap().success());
    }
    let one = files(&place.path("one"));
    assert!(one == files(&place.path("two")) && one == report(&place, "three"));
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success(), "{name}");
}

#[test]
fn of_two_runs_into_one_folder_the_second_ends_at_once_and_no_pages_are_mixed() {
    let place = Place::tiny();
    let whole = report(&place, "whole");
    let run = ["run", "--quick", "--no-cache", "--threads", "1", "--seed", "1", "--out", "out"];
    let mut first = place.command(&run).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let is_held = || fs::read_to_string(place.path("out/.collapse-audit-held")).is_ok_and(|who| who.ends_with(')'));
    while !is_held() && first.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    signal(&first, "-STOP");
    place.ok(&words("elsewhere", "2"));
    for second in [&words("out", "2")[..], &["merge", "whole", "--out", "out"]] {
        let complaint = place.complaint(5, second);
        assert!(complaint.contains(&format!("error: out: process {} (`", first.id())) && complaint.contains("--out"), "{complaint}");
    }
    signal(&first, "-CONT");
    assert!(first.wait().unwrap().success());
    assert!(whole == files(&place.path("out")));
}

#[test]
fn damaged_entries_of_a_cache_are_noticed_and_computed_anew() {
    let place = Place::tiny();
    let whole = report(&place, "whole");
    let kept = entries(&place);
    assert!(kept.keys().any(|name| holds_runs(name)) && kept.keys().any(|name| !holds_runs(name)));
    let mut damaged = 0;
    let harms: [Harm<'_>; 4] = [
        &|bytes, at| bytes.iter().enumerate().map(|(place, byte)| if place == at { byte ^ 1 } else { *byte }).collect(),
        &|bytes, at| bytes[..at].to_vec(),
        &|bytes, at| [&bytes[..at], &[0; 7], &bytes[at..]].concat(),
        &|_, _| Vec::new(),
    ];
    // Every harm thrice, each time somewhere else.
    for (round, harm) in harms.into_iter().cycle().take(12).enumerate() {
        let harmed: Files = kept
            .iter()
            .enumerate()
            .map(|(number, (name, bytes))| (name.clone(), harm(bytes, (number * 37 + round * 101) % bytes.len())))
            .collect();
        damaged += harmed.len();
        write(&place, &harmed);
        assert!(whole == report(&place, "out"), "the report in round {round}");
        assert!(kept == entries(&place), "every damaged entry is written anew in round {round}");
    }
    assert!(damaged >= 200, "{damaged} entries were damaged");
}

#[test]
fn whole_entries_under_each_others_names_are_noticed() {
    let place = Place::tiny();
    let whole = report(&place, "whole");
    let kept = entries(&place);
    let mut by_length: BTreeMap<(bool, usize), Vec<&PathBuf>> = BTreeMap::new();
    for (name, bytes) in &kept {
        by_length.entry((holds_runs(name), bytes.len())).or_default().push(name);
    }
    let rotated: Files = by_length
        .values()
        .flat_map(|alike| alike.iter().zip(alike.iter().cycle().skip(1)))
        .map(|(name, other)| ((*name).clone(), kept[*other].clone()))
        .collect();
    let moved = |kind: bool| rotated.iter().filter(|(name, bytes)| holds_runs(name) == kind && kept[*name] != **bytes).count();
    assert!(moved(true) > 4, "{} entries of runs have another of their length", moved(true));
    write(&place, &rotated);
    // A decision of the right simulation would spare the runs a reading.
    kept.keys().filter(|name| !holds_runs(name)).for_each(|name| fs::remove_file(place.path("kept").join(name)).unwrap());
    assert!(whole == report(&place, "out") && kept == entries(&place));
}

/// A run under limits of the shell; code, standard error.
fn limited(place: &Place, limits: &str, words: &[&str]) -> (Option<i32>, String) {
    let plain = place.command(words);
    let mut command = Command::new("bash");
    command.arg("-c").arg(format!("{limits}; exec \"$0\" \"$@\"")).arg(plain.get_program()).args(plain.get_args());
    command.current_dir(place.path("")).env("COLUMNS", "100").env("XDG_CACHE_HOME", place.path("cache")).stdin(Stdio::null());
    let ended = command.output().unwrap();
    (ended.status.code(), String::from_utf8_lossy(&ended.stderr).into_owned())
}

#[test]
fn what_no_longer_fits_on_the_disk_is_five_and_the_earlier_report_stays() {
    let place = Place::tiny();
    let whole = report(&place, "out");
    // No file may grow beyond some kilobytes, as on a disk that is full; some of the pages are larger.
    let (code, words_of_it) = limited(&place, "trap '' XFSZ; ulimit -f 8", &words("out", "2"));
    assert_eq!(code, Some(5), "{words_of_it}");
    assert!(words_of_it.contains("error: cannot write out/"), "{words_of_it}");
    assert!(whole == files(&place.path("out")), "the earlier report is whole");
    assert!(whole == report(&place, "out"), "and so is the next one");
}

#[test]
fn a_cache_on_a_full_disk_is_said_once_and_done_without() {
    let place = Place::tiny();
    let whole = report(&place, "whole");
    fs::remove_dir_all(place.path("kept")).unwrap();
    let simulate = ["run", "--quick", "--cache", "kept", "--seed", "1", "--only", "study:tiny-2024-gaussian"];
    let (code, told) = limited(&place, "trap '' XFSZ; ulimit -f 0", &simulate);
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(told.matches("going on without it").count(), 1, "{told}");
    assert!(whole == report(&place, "out"), "what was kept of the other run spoils nothing");
}

/// Something that keeps everybody from writing into a folder, root too; gone when dropped. `None` where that cannot be done.
struct ReadOnly(PathBuf);

impl ReadOnly {
    fn of(folder: &Path) -> Option<Self> {
        let probe = folder.join("probe");
        let mut rights = fs::metadata(folder).unwrap().permissions();
        rights.set_readonly(true);
        fs::set_permissions(folder, rights).unwrap();
        let ran = |program: &str, words: &[&str]| {
            Command::new(program).args(words).arg(folder).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
        };
        let held = Self(folder.to_owned());
        if fs::write(&probe, "").is_err() {
            return Some(held);
        }
        fs::remove_file(&probe).unwrap();
        let source = folder.to_str().unwrap();
        (ran("mount", &["--bind", source]) && ran("mount", &["-o", "remount,ro,bind"])).then_some(held)
    }
}

impl Drop for ReadOnly {
    fn drop(&mut self) {
        use std::os::unix::fs::PermissionsExt;
        let _ = Command::new("umount").arg(&self.0).stderr(Stdio::null()).status();
        let _ = fs::set_permissions(&self.0, fs::Permissions::from_mode(0o755));
    }
}

#[test]
fn folders_that_cannot_be_written_are_five_and_lose_nothing() {
    let place = Place::tiny();
    let whole = report(&place, "out");
    let held = ReadOnly::of(&place.path("out"));
    if held.is_some() {
        let complaint = place.complaint(5, &words("out", "2"));
        assert!(complaint.contains("error: cannot write out"), "{complaint}");
        assert!(whole == files(&place.path("out")));
    }
    drop(held);
    let held = ReadOnly::of(&place.path("kept"));
    if held.is_some() {
        let ended = place.run(&words("other", "3"));
        assert_eq!((ended.code, ended.err.matches("going on without it").count()), (Some(0), 1), "{}", ended.err);
    }
    drop(held);
    assert!(whole == report(&place, "out"));
}
