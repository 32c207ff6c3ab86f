//! Writes what the targets start from to `corpus/TARGET/`, for libFuzzer.

use collapse_audit_fuzz::{inputs, targets};
use std::fs;
use std::path::Path;

fn main() -> std::io::Result<()> {
    for (name, _) in targets::ALL {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
        fs::create_dir_all(&folder)?;
        for (place, input) in inputs::corpus(name).iter().enumerate() {
            fs::write(folder.join(format!("{place:04}")), input)?;
        }
    }
    Ok(())
}
