//! Fuzz targets and where their inputs come from; `tests/fuzz` drives the same without libFuzzer.

pub mod inputs;
pub mod targets;
