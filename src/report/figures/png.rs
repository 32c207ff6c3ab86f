//! Small grey pictures as PNG inside an SVG: eight bits a pixel, no filter, one deflate stream.
//!
//! # Source
//! Portable Network Graphics, second edition (ISO/IEC 15948:2003), sections 5 and 11; RFC 4648, section 4, for base 64.

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use std::io::Write;

/// A picture as a `data:` address. Pixels row by row, 0 black to 255 white.
#[must_use]
pub fn address(width: usize, pixels: &[u8]) -> String {
    format!("data:image/png;base64,{}", base64(&png(width, pixels)))
}

fn png(width: usize, pixels: &[u8]) -> Vec<u8> {
    let height = pixels.len() / width;
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::new();
    header.extend((width as u32).to_be_bytes());
    header.extend((height as u32).to_be_bytes());
    // Eight bits, grey, and the only kinds of compression, filter and interlace that need nothing more.
    header.extend([8, 0, 0, 0, 0]);
    chunk(b"IHDR", &header, &mut out);
    let mut rows = ZlibEncoder::new(Vec::new(), Compression::best());
    for row in pixels.chunks_exact(width) {
        rows.write_all(&[0]).and_then(|()| rows.write_all(row)).expect("memory takes every byte");
    }
    chunk(b"IDAT", &rows.finish().expect("memory takes every byte"), &mut out);
    chunk(b"IEND", &[], &mut out);
    out
}

fn chunk(name: &[u8; 4], body: &[u8], out: &mut Vec<u8>) {
    out.extend((body.len() as u32).to_be_bytes());
    let mut sum = Crc::new();
    sum.update(name);
    sum.update(body);
    out.extend(name);
    out.extend(body);
    out.extend(sum.sum().to_be_bytes());
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let word = three.iter().enumerate().fold(0_u32, |word, (place, byte)| word | (u32::from(*byte) << (16 - 8 * place)));
        for place in 0..4 {
            let letter = LETTERS[((word >> (18 - 6 * place)) & 63) as usize];
            out.push(if place <= three.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_those_of_the_standard() {
        // RFC 4648, section 10.
        for (bytes, expected) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(bytes.as_bytes()), expected);
        }
    }

    #[test]
    fn a_picture_has_its_marks_and_sums() {
        let found = png(2, &[0, 255, 255, 0]);
        assert_eq!(&found[..8], b"\x89PNG\r\n\x1a\n");
        assert_eq!(&found[16..24], [0, 0, 0, 2, 0, 0, 0, 2]);
        // The sum of an empty end is the same in every picture.
        assert_eq!(found[found.len() - 4..], [0xae, 0x42, 0x60, 0x82]);
    }
}
