//! Bytes as letters that may stand in a page: four bytes as five letters of eighty-five, a fourth where base 64 takes a third more.
//!
//! The letters are those from `(` to `}` without `<`. A last group of fewer than four bytes has one letter more than bytes. `page/page.js` reads them.

const FIRST: u8 = b'(';
const LAST: u8 = b'}';
/// The letter in between that could open a tag.
const OPENS: u8 = b'<';
const LETTERS: u32 = (LAST - FIRST) as u32;

/// The letters of some bytes.
#[must_use]
pub fn of(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() / 4 * 5 + 5);
    for group in bytes.chunks(4) {
        let mut four = [0; 4];
        four[..group.len()].copy_from_slice(group);
        let word = u32::from_be_bytes(four);
        let letters = [LETTERS.pow(4), LETTERS.pow(3), LETTERS.pow(2), LETTERS, 1].map(|unit| letter((word / unit % LETTERS) as u8));
        text.extend(letters.into_iter().take(group.len() + 1));
    }
    text
}

fn letter(digit: u8) -> char {
    let letter = FIRST + digit;
    char::from(if letter < OPENS { letter } else { letter + 1 })
}

/// The bytes of some letters; `None` where there are others, or a group says more than four bytes can hold.
#[must_use]
pub fn read(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 5 * 4 + 4);
    for group in text.as_bytes().chunks(5) {
        let mut word = 0_u32;
        for place in 0..5 {
            let digit = group.get(place).map_or(Some(LETTERS - 1), |letter| digit(*letter))?;
            word = word.checked_mul(LETTERS)?.checked_add(digit)?;
        }
        bytes.extend(&word.to_be_bytes()[..group.len() - 1]);
    }
    Some(bytes)
}

fn digit(letter: u8) -> Option<u32> {
    let is_one = (FIRST..=LAST).contains(&letter) && letter != OPENS;
    is_one.then(|| u32::from(letter - FIRST) - u32::from(letter > OPENS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_whatever_their_number_and_value() {
        let bytes: Vec<u8> = (0..=255).chain([255; 9]).collect();
        for from in 0..8 {
            for to in 250..bytes.len() {
                let text = of(&bytes[from..to]);
                assert_eq!(read(&text).as_deref(), Some(&bytes[from..to]), "{text}");
                assert_eq!(text.len(), (5 * (to - from)).div_ceil(4));
            }
        }
        assert_eq!((of(&[]), read("")), (String::new(), Some(Vec::new())));
    }

    #[test]
    fn letters_open_no_tag_and_others_are_refused() {
        let all = of(&(0..10_000_u32).flat_map(|word| word.wrapping_mul(429_497).to_be_bytes()).collect::<Vec<u8>>());
        let used: std::collections::BTreeSet<char> = all.chars().collect();
        assert!(used.len() == 85 && used.iter().all(|letter| !"<&\"' \n".contains(*letter)), "{used:?}");
        // Worked out by hand: 1 is four noughts and a one, of which two letters suffice for a byte.
        assert_eq!((of(&[0, 0, 0, 1]), of(&[0])), ("(((()".to_owned(), "((".to_owned()));
        assert_eq!([read("<<<<<"), read("}}}}}"), read("((((é")], [None, None, None]);
    }
}
