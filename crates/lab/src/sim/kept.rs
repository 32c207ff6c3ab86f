//! What is dear to find, the same every time, and asked for again and again: the sets of a truth, the law of a text.
//!
//! A plan checks some dozen setups per arm over the same truth. Values depend on their key alone, so that keeping them changes no number.

use std::sync::{Mutex, PoisonError};

/// So many values are kept.
const MOST: usize = 32;

/// The values asked for last, by key.
#[derive(Debug)]
pub struct Kept<K, V>(Mutex<Vec<(K, V)>>);

impl<K: Clone + PartialEq, V: Clone> Kept<K, V> {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// The value of a key, made where it is not kept. Two threads that ask at once may both make it.
    pub fn get(&self, key: &K, make: impl FnOnce() -> V) -> V {
        if let Some(value) = self.known(key) {
            return value;
        }
        let value = make();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.remove(0);
        }
        all.push((key.clone(), value.clone()));
        value
    }

    /// The value of a key, which becomes the one asked for last.
    fn known(&self, key: &K) -> Option<V> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = all.iter().rposition(|(known, _)| known == key)?;
        all[place..].rotate_left(1);
        all.last().map(|(_, value)| value.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_made_once_while_it_is_among_those_asked_for_last() {
        let (kept, mut made) = (Kept::new(), 0);
        let mut ask = |key: usize| {
            let value = kept.get(&key, || {
                made += 1;
                10 * key
            });
            assert_eq!(value, 10 * key);
            made
        };
        assert_eq!([ask(0), ask(0), ask(1), ask(0)], [1, 1, 2, 2]);
        // 0 was asked for after 1, which gives way first.
        let all = (2..MOST + 1).map(&mut ask).last();
        assert_eq!(all, Some(MOST + 1));
        assert_eq!([ask(0), ask(1)], [MOST + 1, MOST + 2]);
    }
}
