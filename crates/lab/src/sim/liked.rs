//! The best liked of some examples, group by group.

/// Places of the `n` best liked of some examples: of every group the same share, and what that leaves open by liking alone. The first of equals.
pub fn best(groups: &[usize], likings: &[f32], n: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..likings.len()).collect();
    order.sort_by(|a, b| likings[*b].total_cmp(&likings[*a]).then(a.cmp(b)));
    let most = groups.iter().max().map_or(0, |last| last + 1);
    let count = |group: usize| groups.iter().filter(|of| **of == group).count();
    let mut room: Vec<usize> = (0..most).map(|group| count(group) * n / likings.len().max(1)).collect();
    let (mut places, mut rest) = (Vec::with_capacity(n), Vec::new());
    for place in order {
        let left = &mut room[groups[place]];
        if *left > 0 {
            *left -= 1;
            places.push(place);
        } else {
            rest.push(place);
        }
    }
    let open = n.min(likings.len()) - places.len();
    places.extend(&rest[..open]);
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_are_taken_group_by_group() {
        let groups = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2];
        let likings = [0.1, 0.9, 0.8, 0.2, -3.0, -1.0, -2.0, -4.0, 0.5, 0.6];
        // Half of each group: two, two and one.
        let mut found = best(&groups, &likings, 5);
        found.sort_unstable();
        assert_eq!(found, [1, 2, 5, 6, 9]);
        // A quarter: one, one, none, and one more of those best liked.
        let mut found = best(&groups, &likings, 3);
        found.sort_unstable();
        assert_eq!(found, [1, 2, 5]);
        assert_eq!(best(&groups, &likings, 20).len(), 10);
        assert!(best(&[], &[], 3).is_empty());
    }
}
