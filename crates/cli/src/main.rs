//! The command line: everything is in the library but the registry that ships with it.

use collapse_audit::registry::Sources;
use include_dir::{Dir, include_dir};

static FOLDERS: [(&str, Dir<'static>); 2] =
    [("studies", include_dir!("$CARGO_MANIFEST_DIR/../../studies")), ("claims", include_dir!("$CARGO_MANIFEST_DIR/../../claims"))];
/// Folders within these that are the registry's too, where they are.
const INNER: [&str; 2] = ["recorded", "corpora"];

fn main() -> std::process::ExitCode {
    collapse_audit::cli::main(&shipped())
}

/// The registry as it was when this was compiled.
fn shipped() -> Sources {
    let inner = |dir: &'static Dir<'static>| INNER.into_iter().filter_map(|name| dir.get_dir(name));
    let folders = FOLDERS.iter().flat_map(|(folder, dir)| std::iter::once(dir).chain(inner(dir)).map(move |dir| (folder, dir)));
    let files = folders.flat_map(|(folder, dir)| dir.files().map(move |file| (folder, file)));
    let named: Vec<_> = files.map(|(folder, file)| (format!("{folder}/{}", file.path().display()), file.contents().to_vec())).collect();
    Sources::of(named.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn every_file_of_the_registry_is_compiled_in_also_one_just_added() {
        // A binary that was not compiled anew lacks the file, or holds its old text.
        let folder = Sources::folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap();
        let names = |sources: &Sources| sources.files().map(|(name, _)| name.to_owned()).collect::<Vec<_>>();
        assert_eq!(names(&shipped()), names(&folder));
        assert!(shipped() == folder, "a text differs from the file's: is `build.rs` told of its folder?");
    }
}
