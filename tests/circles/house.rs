//! Who imports what from whom.

use crate::text::Text;
use std::collections::{BTreeMap, BTreeSet};

/// A module by the words of its path, the package first.
type Module = Vec<String>;

/// Names by the file that takes them and the file that has them.
type Imports = BTreeMap<(String, String), BTreeSet<String>>;

/// All modules with their files and texts.
pub struct House {
    modules: BTreeMap<Module, (String, Text)>,
}

impl House {
    /// Reads `files` of `packages` (name in code, folder); modules that exist in tests only are left out.
    pub fn of(packages: &[(&str, &str)], files: &BTreeMap<String, String>) -> Self {
        let mut modules = BTreeMap::new();
        for (file, text) in files {
            let inside = packages.iter().find_map(|(name, folder)| Some((*name, file.strip_prefix(folder)?.strip_prefix('/')?)));
            let (package, inside) = inside.expect("every file belongs to a package");
            let words = inside.trim_end_matches(".rs").split('/').filter(|word| !["lib", "main", "mod"].contains(word));
            let module: Module = [package].into_iter().chain(words).map(str::to_owned).collect();
            modules.insert(module, (file.clone(), Text::read(text)));
        }
        let below = |parent: &Module, child: &str| [parent.as_slice(), &[child.to_owned()]].concat();
        let tests: Vec<Module> =
            modules.iter().flat_map(|(module, (_, text))| text.tests.iter().map(|child| below(module, child))).collect();
        modules.retain(|module, _| !tests.iter().any(|test| module.starts_with(test)));
        Self { modules }
    }

    /// Every import between two files, but those of a folder's own face from the folder: it stands above what it declares, and what
    /// it holds itself stands below.
    pub fn imports(&self) -> Imports {
        let mut found = Imports::new();
        for (module, (file, text)) in &self.modules {
            let taken = text.uses.iter().filter(|one| !one.is_shown || text.words.contains(&one.name)).map(|one| &one.path);
            for path in taken.chain(&text.paths) {
                if let Some((other, name)) = self.owner(module, path, 0)
                    && other != *file
                    && !self.is_inside(&other, module)
                {
                    found.entry((file.clone(), other)).or_default().insert(name);
                }
            }
        }
        found
    }

    fn is_inside(&self, file: &str, module: &Module) -> bool {
        self.modules.iter().any(|(inner, (name, _))| name == file && inner.starts_with(module))
    }

    /// The file that has what `path` names, seen from `module`, and the name there. `None` for a module as such and for other packages.
    fn owner(&self, module: &Module, path: &[String], depth: usize) -> Option<(String, String)> {
        let (first, rest) = path.split_first()?;
        let start = match first.as_str() {
            "crate" => module[..1].to_vec(),
            "self" => module.clone(),
            "super" => module[..module.len() - 1].to_vec(),
            package if self.modules.contains_key(&vec![package.to_owned()]) => vec![package.to_owned()],
            name => {
                let (_, text) = self.modules.get(module)?;
                let is_known = self.child(module, name).is_some() || text.uses.iter().any(|one| one.name == name && one.path != path);
                return if is_known { self.below(module.clone(), path, depth) } else { None };
            }
        };
        self.below(start, rest, depth)
    }

    /// As [`House::owner`], of a path that starts in `module`.
    fn below(&self, mut module: Module, path: &[String], depth: usize) -> Option<(String, String)> {
        for (at, word) in path.iter().enumerate() {
            let (file, text) = self.modules.get(&module)?;
            let is_last = at + 1 == path.len();
            let mut through = text.uses.iter().filter(|one| one.name == *word && one.path.last() != Some(&"*".to_owned()));
            let child = self.child(&module, word);
            if word == "super" {
                module.pop();
            } else if let Some(one) = through.next().filter(|_| (child.is_none() || is_last) && depth < 8) {
                let whole: Vec<_> = one.path.iter().chain(&path[at + 1..]).cloned().collect();
                return self.owner(&module, &whole, depth + 1);
            } else if let Some(child) = child {
                module = child;
            } else {
                let all = text.uses.iter().filter(|one| one.name == "*" && one.is_shown && depth < 8);
                let glob = all.map(|one| [&one.path[..one.path.len() - 1], &path[at..]].concat());
                let shown = glob.filter_map(|whole| self.owner(&module, &whole, depth + 1)).next();
                return shown.or_else(|| Some((file.clone(), word.clone())));
            }
        }
        None
    }

    fn child(&self, module: &Module, name: &str) -> Option<Module> {
        let child = [module.as_slice(), &[name.to_owned()]].concat();
        self.modules.contains_key(&child).then_some(child)
    }

    /// One text for each circle: its files, and which names tie them.
    pub fn circles(&self) -> Vec<String> {
        let imports = self.imports();
        let files: BTreeSet<&String> = imports.keys().flat_map(|(from, to)| [from, to]).collect();
        let reach: BTreeMap<&String, BTreeSet<&String>> = files.iter().map(|file| (*file, reached(file, &imports))).collect();
        let mut circles = BTreeSet::new();
        for file in &files {
            let circle: BTreeSet<&String> = reach[file].iter().copied().filter(|other| reach[*other].contains(*file)).collect();
            if circle.len() > 1 {
                circles.insert(circle);
            }
        }
        circles.iter().map(|circle| described(circle, &imports)).collect()
    }
}

/// Files that `file` depends on; itself too where it stands in a circle.
fn reached<'i>(file: &str, imports: &'i Imports) -> BTreeSet<&'i String> {
    let of = |file: &str| imports.keys().filter(|(from, _)| from == file).map(|(_, to)| to).collect::<Vec<_>>();
    let (mut found, mut open) = (BTreeSet::new(), of(file));
    while let Some(next) = open.pop() {
        if found.insert(next) {
            open.extend(of(next));
        }
    }
    found
}

fn described(circle: &BTreeSet<&String>, imports: &Imports) -> String {
    let ties = imports.iter().filter(|((from, to), _)| circle.contains(from) && circle.contains(to));
    let tie = |((from, to), names): (&(String, String), &BTreeSet<String>)| {
        format!("  {from} -> {to}: {}\n", names.iter().map(String::as_str).collect::<Vec<_>>().join(", "))
    };
    format!("circle of {} files:\n{}", circle.len(), ties.map(tie).collect::<String>())
}
