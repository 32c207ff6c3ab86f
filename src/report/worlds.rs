//! How a report shows the worlds: as published first, then each world of the audit in its order, as columns, as bars and in sentences.
//! Whatever shows one of them shows all.

use super::words::plain;
use crate::audit::{AS_PUBLISHED, Audit, Moved, World, capitalised, either, joined, number_word, worlds_named};
use std::collections::BTreeMap;

/// One column: as published, or a world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The key in maps by world.
    pub id: String,
    /// In the head of a table.
    pub head: String,
    /// Inside a sentence.
    pub words: String,
}

/// As published and every world, in the order in which each table shows them.
#[must_use]
pub fn places(audit: &Audit) -> Vec<Place> {
    let published = Place { id: AS_PUBLISHED.to_owned(), head: "As published".to_owned(), words: "as published".to_owned() };
    let worlds = audit.worlds.iter().map(|world| Place { id: world.id.clone(), head: world.title.clone(), words: world.words() });
    std::iter::once(published).chain(worlds).collect()
}

/// The heads of a table that has a column per place between other columns.
#[must_use]
pub fn columns(audit: &Audit, before: &[&str], after: &[&str]) -> Vec<String> {
    let heads = places(audit).into_iter().map(|place| place.head);
    let own = |heads: &[&str]| heads.iter().map(|head| (*head).to_owned()).collect::<Vec<_>>();
    own(before).into_iter().chain(heads).chain(own(after)).collect()
}

/// `as published · realistic · contested`: how several places stand in one cell.
#[must_use]
pub fn in_one_cell(audit: &Audit) -> String {
    places(audit).into_iter().map(|place| place.words).collect::<Vec<_>>().join(" · ")
}

/// How many places there are, in words: `three`.
#[must_use]
pub fn count(audit: &Audit) -> String {
    number_word(1 + audit.worlds.len())
}

/// `Three worlds`, as a head.
#[must_use]
pub fn head(audit: &Audit) -> String {
    format!("{} worlds", capitalised(&count(audit)))
}

/// The leading world in words.
#[must_use]
pub fn leading(audit: &Audit) -> String {
    audit.worlds.first().map(World::words).unwrap_or_default()
}

/// `the realistic and the contested world change`.
#[must_use]
pub fn that_change(audit: &Audit) -> String {
    let verb = if audit.worlds.len() == 1 { "changes" } else { "change" };
    format!("{} {verb}", worlds_named(&audit.worlds))
}

/// How many claims' outcomes move in each world, always told together.
#[must_use]
pub fn moved(audit: &Audit) -> String {
    let head = &audit.head;
    if head.decided_as_published == 0 {
        let names: Vec<String> = audit.worlds.iter().map(|world| format!("the {}", world.words())).collect();
        return format!("No claim has a definition that is decided as published, so nothing can be said of {} world.", either(&names));
    }
    let told = in_each(audit, &head.worlds);
    let comparisons = &head.comparisons;
    let apart = match comparisons.decided_as_published {
        0 => String::new(),
        decided => format!(
            " Counted apart are claims that compare two runs of one setup, by that comparison: it is decided as published for {decided}, and turns {}.",
            in_each_shortly(audit, &comparisons.worlds)
        ),
    };
    let setups = match comparisons.of_setups {
        0 => String::new(),
        1 => " One of these claims compares two setups: a world makes such a change itself, so that its definition is asked and not its comparison.".to_owned(),
        many => format!(
            " {many} of these claims compare two setups: a world makes such a change itself, so that their definition is asked and not their comparison."
        ),
    };
    format!(
        "{} a definition that is decided as published. {}.{setups}{apart}",
        match head.decided_as_published {
            1 => "One claim has".to_owned(),
            many => format!("{many} claims have"),
        },
        told.join("; ")
    )
}

fn in_each_shortly(audit: &Audit, counts: &BTreeMap<String, Moved>) -> String {
    let told = audit.worlds.iter().map(|world| {
        let moved = counts.get(&world.id).copied().unwrap_or_default();
        format!("in the {} world for {} of {}", world.words(), moved.changed, moved.decided)
    });
    joined(&told.collect::<Vec<_>>())
}

fn in_each(audit: &Audit, counts: &BTreeMap<String, Moved>) -> Vec<String> {
    let told = audit.worlds.iter().enumerate().map(|(place, world)| {
        let moved = counts.get(&world.id).copied().unwrap_or_default();
        match place {
            0 => format!("In the {} world it changes for {} of the {} decided there", world.words(), moved.changed, moved.decided),
            _ => format!("in the {} world for {} of {}", world.words(), moved.changed, moved.decided),
        }
    });
    told.collect()
}

/// `, and the contested one stands beside it`; nothing where the leading world is alone.
#[must_use]
pub fn beside(audit: &Audit) -> String {
    let others: Vec<String> = audit.worlds.iter().skip(1).map(|world| format!("the {}", world.words())).collect();
    match others.len() {
        0 => String::new(),
        1 => format!(", and {} one stands beside it", others[0]),
        _ => format!(", and {} one stand beside it", joined(&others)),
    }
}

/// `the two worlds`.
#[must_use]
pub fn all(audit: &Audit) -> String {
    match audit.worlds.len() {
        1 => "the world".to_owned(),
        many => format!("the {} worlds", number_word(many)),
    }
}

/// `as published, realistic and contested`.
#[must_use]
pub fn listed(audit: &Audit) -> String {
    joined(&places(audit).into_iter().map(|place| place.words).collect::<Vec<_>>())
}

/// Why each world is asked, after its title; of worlds that say it.
#[must_use]
pub fn reasons(audit: &Audit) -> Vec<String> {
    let of = |world: &World| Some(format!("**{}.** {}", plain(&world.title), plain(world.reason.as_ref()?)));
    audit.worlds.iter().filter_map(of).collect()
}

/// `*Realistic* and *contested* are two stated worlds`.
#[must_use]
pub fn stated(audit: &Audit) -> String {
    let named = audit.worlds.iter().enumerate().map(|(place, world)| {
        let words = if place == 0 { capitalised(&world.words()) } else { world.words() };
        format!("*{}*", plain(&words))
    });
    let named = joined(&named.collect::<Vec<_>>());
    match audit.worlds.len() {
        1 => format!("{named} is a stated world"),
        many => format!("{named} are {} stated worlds", number_word(many)),
    }
}

/// What the worlds are and are not.
#[must_use]
pub fn out_of_many(audit: &Audit) -> String {
    let Some(leading) = audit.worlds.first() else { return String::new() };
    let told = audit.worlds.iter().map(|world| {
        let with = world.with.as_ref().map_or_else(String::new, |with| format!(" with {with}"));
        let is = if world.id == leading.id {
            "one stated world out of many"
        } else if world.is_form_of(leading) && world.with.is_some() {
            "the same world"
        } else {
            "another world,"
        };
        format!("\"{}\" is {}.", capitalised(&world.words()), format!("{is}{with}").trim_end_matches(','))
    });
    let together = if audit.worlds.len() > 1 { " We do not know which is nearer to practice, so they always stand together." } else { "" };
    told.collect::<Vec<_>>().join(" ") + together
}
