//! `calibrate`: the error rates of detectors and tests on planted truth.

use super::args::{CalibrateArgs, TableFormat};
use super::session::CALIBRATION;
use super::table::Table;
use super::{output, registry, say, session};
use crate::random::Seed;
use crate::registry::Sources;
use crate::verdict::calibrate as planted;
use crate::{Error, Result};

/// Prints the calibration table.
///
/// # Errors
/// A registry with problems (the thresholds are its), or standard output that cannot be written.
pub fn calibrate(args: &CalibrateArgs, shipped: &Sources) -> Result<()> {
    session::threads(&args.common)?;
    let registry = registry::load(&args.common, shipped)?;
    let calibration = planted::calibrate(&registry.criteria, registry.overlays.len(), args.trials, Seed(args.seed));
    if args.write {
        write(args, &calibration)?;
    }
    let columns =
        ["definition or test", "functional", "law", "plant", "counted", "nominal", "replicates", "trials", "count", "limit", "passes"];
    let mut table = Table::new(&columns);
    for row in &calibration.rows {
        table.row([
            row.definition.to_string(),
            row.functional.map_or_else(String::new, |functional| functional.to_string()),
            row.law.clone(),
            row.plant.to_string(),
            row.counted.to_string(),
            row.nominal.to_string(),
            row.replicates.to_string(),
            row.trials.to_string(),
            row.count.to_string(),
            row.limit.to_string(),
            if row.passes { "yes".to_owned() } else { "NO".to_owned() },
        ]);
    }
    for row in &calibration.tests {
        table.row([
            row.kind.clone(),
            String::new(),
            row.law.clone(),
            row.plant.to_string(),
            row.counted.to_string(),
            row.nominal.to_string(),
            row.replicates.to_string(),
            row.trials.to_string(),
            row.count.to_string(),
            row.limit.to_string(),
            if row.passes { "yes".to_owned() } else { "NO".to_owned() },
        ]);
    }
    let mut text = table.render(args.format);
    if args.format == TableFormat::Table {
        let failures = calibration.failures().count() + calibration.failed_tests().count();
        text += &format!("{} rows, {failures} fail\n", calibration.rows.len() + calibration.tests.len());
    }
    say::out(&text)
}

fn write(args: &CalibrateArgs, calibration: &planted::Calibration) -> Result<()> {
    let path = registry::writable(registry::folder(&args.common))?.join(CALIBRATION);
    let body = toml::to_string(calibration).map_err(|error| Error::Content { path: path.clone(), message: error.to_string() })?;
    let head = "# Error rates of detectors and tests on planted truth. Written by `collapse-audit calibrate --write`.\n";
    output::write_file(&path, format!("{head}{body}").as_bytes())
}
