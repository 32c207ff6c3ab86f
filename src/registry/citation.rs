//! The forms in which identifiers of publications are written.

/// Whether this is an arXiv number without prefix and version: `2401.01234`, or of the old kind `math.ST/0601001`.
#[must_use]
pub fn is_arxiv(text: &str) -> bool {
    let digits = |text: &str, counts: &[usize]| counts.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_archive = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_lowercase()) && text.bytes().all(|byte| byte.is_ascii_alphabetic() || b"-.".contains(&byte))
    };
    match (text.split_once('/'), text.split_once('.')) {
        (Some((archive, number)), _) => is_archive(archive) && digits(number, &[7]),
        (None, Some((month, number))) => digits(month, &[4]) && digits(number, &[4, 5]),
        (None, None) => false,
    }
}

/// Whether this is a DOI without a host or a `doi:` before it.
#[must_use]
pub fn is_doi(text: &str) -> bool {
    let is_registrant =
        |text: &str| text.starts_with(|c: char| c.is_ascii_digit()) && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let plain = |text: &str| !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "{}\\\"".contains(c));
    text.strip_prefix("10.")
        .and_then(|rest| rest.split_once('/'))
        .is_some_and(|(registrant, name)| is_registrant(registrant) && plain(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_hosts_and_prefixes_are_no_part_of_an_identifier() {
        for fine in ["2401.01234", "0704.0001", "math/0601001", "math.ST/0601001"] {
            assert!(is_arxiv(fine), "{fine}");
        }
        for wrong in ["2401.01234v2", "arXiv:2401.01234", "https://arxiv.org/abs/2401.01234", "2401", "math/06010012"] {
            assert!(!is_arxiv(wrong), "{wrong}");
        }
        assert!(is_doi("10.1007/978-3-031-57963-9_5") && is_doi("10.1093/jrsssb/qkag099"));
        for wrong in ["https://doi.org/10.1007/x", "doi:10.1007/x", "10.1007", "10.1007/a b", "10.x/a"] {
            assert!(!is_doi(wrong), "{wrong}");
        }
    }
}
