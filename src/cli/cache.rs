//! `cache`: what is kept between runs, and clearing it.

use super::args::CacheCommandArgs;
use super::say;
use super::session::{CACHE_LIMIT, open_cache};
use crate::{Error, Result};

/// Says where the cache is and how much it holds; prunes or clears it where asked.
///
/// # Errors
/// A cache that is no folder, or standard output that cannot be written.
pub fn cache(args: &CacheCommandArgs) -> Result<()> {
    let cache = open_cache(&args.cache);
    let Some(folder) = cache.folder() else { return say::out("no cache\n") };
    let limit = if args.clear { Some(0) } else { args.limit.map(|megabytes| megabytes << 20) };
    if folder.exists() && !folder.is_dir() {
        return Err(Error::Content {
            path: folder.to_owned(),
            message: "this is no folder; name that of a cache with --cache DIR".to_owned(),
        });
    }
    let mut text = String::new();
    if let Some(limit) = limit {
        let removed = cache.prune(limit);
        text += &format!("removed: {} runs, {:.1} MB\n", removed.files, megabytes(removed.bytes));
    }
    let kept = cache.size();
    text += &format!(
        "{}: {} runs, {:.1} MB; above {:.0} MB the oldest go\n",
        folder.display(),
        kept.files,
        megabytes(kept.bytes),
        megabytes(CACHE_LIMIT)
    );
    say::out(&text)
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
