//! The truth's density levels and modes on a fixed grid: where its tail, its hallucination set and its modes lie.
//!
//! Takes a truth as a sum of Gaussians in one or two coordinates and gives sets of cells with their exact masses; a
//! model brings its own cell masses and reads off coverage, mass outside, modes kept and mass between modes.
//! The Rosenbrock law has rings instead of a grid, at its exact levels; only points can be counted there.
//! 64 x 64 cells in two coordinates, 1024 in one, over the truth's pieces widened by six deviations.

use super::models::rosenbrock::Rosenbrock;
use super::models::shapes::{Piece, Point, Source, distance_squared};
use super::rings::{RINGS, Rings, SECTORS};
use super::special::{normal_cdf, normal_upper};
use crate::taxonomy::Metric;
use smallvec::{SmallVec, smallvec};

/// Beyond so many deviations a Gaussian's mass is below 1e-16.
const REACH: f64 = 8.3;
/// Share of the truth below the level of definition 8.
const HALLUCINATION: f64 = 0.001;
/// Shares of the truth's tail sets of definition 7.
const TAILS: [f64; 2] = [0.01, 0.05];

/// The cells of a truth.
#[derive(Debug, Clone, PartialEq)]
pub enum Grid {
    /// Over a box: points can be counted in them, and the masses of a law added.
    Boxes(Boxes),
    /// About the middle of a Rosenbrock law: only points can be counted.
    Rings(Rings),
}

impl Grid {
    /// Number of cells.
    #[must_use]
    pub const fn cells(&self) -> usize {
        match self {
            Self::Boxes(boxes) => boxes.cells(),
            Self::Rings(_) => RINGS * SECTORS,
        }
    }

    /// The cells over a box, if these are such.
    #[must_use]
    pub const fn boxes(&self) -> Option<&Boxes> {
        match self {
            Self::Boxes(boxes) => Some(boxes),
            Self::Rings(_) => None,
        }
    }

    /// The cell of a point; `None` outside them all.
    fn cell<const D: usize>(&self, point: &Point<D>, dimension: usize) -> Option<usize> {
        match self {
            Self::Boxes(boxes) => boxes.cell(point, dimension),
            Self::Rings(rings) => rings.cell([point[0], *point.get(1)?]),
        }
    }

    /// Adds `weight` to the cell of a point of so many coordinates, if it lies in one.
    pub fn count<const D: usize>(&self, point: &Point<D>, dimension: usize, weight: f64, masses: &mut [f64]) {
        if let Some(cell) = self.cell(point, dimension) {
            masses[cell] += weight;
        }
    }
}

/// Cells over a box: equal ones, or on a line those that a few cuts leave.
#[derive(Debug, Clone, PartialEq)]
pub struct Boxes {
    low: [f64; 2],
    step: [f64; 2],
    count: [usize; 2],
    /// Edges on a line, where equal cells of one kind have been merged; empty for equal cells.
    cuts: Vec<f64>,
}

/// A line of cells in place: a fit's masses are added up a component at a time.
type Line = SmallVec<[f64; 64]>;

/// A standard normal distribution function: the truth's sets rest on the last bit of theirs, which places cells that are alike in order.
type Normal = fn(f64) -> f64;

/// Mass below x, which is none or all beyond [`REACH`]: cells that are wide for a law's deviation have edges far off.
fn below(x: f64) -> f64 {
    if x.abs() <= REACH { normal_upper(-x) } else { f64::from(u8::from(x > 0.0)) }
}

impl Boxes {
    fn around<const D: usize>(source: &Source<D>) -> Option<Self> {
        let cells = match source.dimension {
            1 => [1024, 1],
            2 => [64, 64],
            _ => return None,
        };
        let (mut low, mut step) = ([0.0; 2], [1.0; 2]);
        for j in 0..source.dimension {
            let bound = |sign: f64| source.pieces().iter().map(move |p| sign * p.mean[j] + 6.0 * p.deviation[j]).fold(f64::MIN, f64::max);
            low[j] = -bound(-1.0);
            step[j] = (bound(1.0) - low[j]) / cells[j] as f64;
        }
        (step.iter().all(|s| *s > 0.0 && s.is_finite())).then_some(Self { low, step, count: cells, cuts: Vec::new() })
    }

    /// Number of cells.
    #[must_use]
    pub const fn cells(&self) -> usize {
        self.count[0] * self.count[1]
    }

    /// Edges of the cells of axis 0.
    pub fn edges(&self) -> impl Iterator<Item = f64> + '_ {
        (0..=self.count[0]).map(|i| self.edge(0, i))
    }

    fn edge(&self, j: usize, i: usize) -> f64 {
        self.cuts.get(i).copied().unwrap_or_else(|| self.low[j] + self.step[j] * i as f64)
    }

    /// The cells of a line from `first` to before `end` that an interval reaches.
    fn reached(&self, j: usize, from: f64, to: f64) -> (usize, usize) {
        if !self.cuts.is_empty() {
            let after = |x: f64| self.cuts.partition_point(|cut| *cut <= x);
            return (after(from).saturating_sub(1).min(self.count[j]), after(to).min(self.count[j]));
        }
        let last = self.count[j] as f64;
        let place = |x: f64| ((x - self.low[j]) / self.step[j]).clamp(0.0, last);
        (place(from).floor() as usize, place(to).ceil() as usize)
    }

    /// The grid of the cells that start at these places of an equal grid on a line.
    fn merged(&self, starts: &[usize]) -> Self {
        let cuts = starts.iter().copied().chain([self.count[0]]).map(|i| self.edge(0, i)).collect();
        Self { count: [starts.len(), 1], cuts, ..self.clone() }
    }

    /// The cell of a point; `None` outside the box.
    fn cell<const D: usize>(&self, point: &Point<D>, dimension: usize) -> Option<usize> {
        if !self.cuts.is_empty() {
            let after = self.cuts.partition_point(|cut| *cut <= point[0]);
            return (1..=self.count[0]).contains(&after).then(|| after - 1);
        }
        let mut place = [0; 2];
        for j in 0..dimension {
            let steps = (point[j] - self.low[j]) / self.step[j];
            if !(steps >= 0.0 && steps < self.count[j] as f64) {
                return None;
            }
            place[j] = steps as usize;
        }
        Some(place[0] * self.count[1] + place[1])
    }

    /// Masses of the cells of axis `j` that N(mean, deviation^2) reaches, and the first of them.
    fn axis(&self, normal: Normal, j: usize, mean: f64, deviation: f64, out: &mut Line) -> usize {
        let (first, end) = self.reached(j, mean - REACH * deviation, mean + REACH * deviation);
        out.clear();
        let below = |i: usize| {
            let edge = self.edge(j, i);
            if deviation > 0.0 { normal((edge - mean) / deviation) } else { f64::from(u8::from(edge > mean)) }
        };
        let mut left = below(first);
        for i in first + 1..=end {
            let right = below(i);
            out.push(right - left);
            left = right;
        }
        first
    }

    /// Adds `weight` times the cell masses of a fitted Gaussian with independent coordinates.
    pub fn add<const D: usize>(&self, dimension: usize, mean: &Point<D>, deviation: &Point<D>, weight: f64, masses: &mut [f64]) {
        self.add_with(below, dimension, (mean, deviation), weight, masses);
    }

    fn add_with<const D: usize>(
        &self,
        normal: Normal,
        dimension: usize,
        (mean, deviation): (&Point<D>, &Point<D>),
        weight: f64,
        masses: &mut [f64],
    ) {
        let (mut across, mut along) = (Line::new(), smallvec![1.0]);
        let first = self.axis(normal, 0, mean[0], deviation[0], &mut across);
        let start = if dimension == 2 { self.axis(normal, 1, mean[1], deviation[1], &mut along) } else { 0 };
        for (i, a) in across.iter().enumerate() {
            let line = (first + i) * self.count[1] + start;
            let scaled = weight * a;
            masses[line..line + along.len()].iter_mut().zip(&along).for_each(|(m, b)| *m += scaled * b);
        }
    }

    fn center(&self, cell: usize) -> [f64; 2] {
        let place = [cell / self.count[1], cell % self.count[1]];
        [0, 1].map(|j| self.low[j] + self.step[j] * (place[j] as f64 + 0.5))
    }
}

/// A tail set: its group per cell (0 outside the set, else group + 1) and the true mass of every group.
#[derive(Debug, Clone, PartialEq, Default)]
struct Tail {
    group: Vec<u16>,
    mass: Vec<f64>,
}

/// The truth's sets on its grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Levels {
    grid: Grid,
    dimension: usize,
    hallucination: Vec<bool>,
    tails: [Tail; 2],
    /// Per mode: the share of each cell inside its 99 % region, and the truth's mass there.
    regions: Vec<(Vec<f64>, f64)>,
    /// The share of each cell inside any region.
    union: Vec<f64>,
}

impl Levels {
    /// The sets of a truth in one or two coordinates.
    #[must_use]
    pub fn of<const D: usize>(source: &Source<D>) -> Option<Self> {
        if let Some(law) = source.bent() {
            return Some(Self::of_rings(law));
        }
        let boxes = Boxes::around(source)?;
        let dimension = source.dimension;
        let mut truth = vec![0.0; boxes.cells()];
        source.pieces().iter().for_each(|p| boxes.add_with(normal_cdf, dimension, (&p.mean, &p.deviation), p.weight, &mut truth));
        // Least likely first; equal cells in the order of the grid. Cells have equal size, so mass ranks density.
        let mut order: Vec<usize> = (0..truth.len()).collect();
        order.sort_by(|a, b| truth[*a].total_cmp(&truth[*b]));
        let below = |share: f64| {
            let next = |sum: &mut f64, cell: &usize| {
                *sum += truth[*cell];
                (*sum <= share).then_some(*cell)
            };
            order.iter().scan(0.0, next).collect::<Vec<usize>>()
        };
        let mut hallucination = vec![false; truth.len()];
        below(HALLUCINATION).into_iter().for_each(|c| hallucination[c] = true);
        let middle = source.moments().0;
        let tails = TAILS.map(|share| {
            let cells = below(share);
            let groups = if dimension == 1 { runs(cells) } else { sectors(&boxes, cells, &truth, [middle[0], middle[1 % D]]) };
            tail(groups, &truth)
        });
        let (regions, union) = regions(&boxes, source, &truth);
        let levels = Self { grid: Grid::Boxes(boxes.clone()), dimension, hallucination, tails, regions, union };
        Some(if dimension == 1 { levels.merged(&boxes) } else { levels })
    }

    /// The sets of a Rosenbrock law, with edges at its exact levels.
    fn of_rings(law: Rosenbrock) -> Self {
        let [narrow, wide] = TAILS;
        let rings = Rings::new(law, [1.0, wide, wide / 2.0, narrow, narrow / 2.0, HALLUCINATION]);
        let truth = rings.masses();
        Self {
            hallucination: rings.outside(HALLUCINATION),
            tails: TAILS.map(|share| tail(rings.halves(share), &truth)),
            union: vec![0.0; truth.len()],
            grid: Grid::Rings(rings),
            dimension: 2,
            regions: Vec::new(),
        }
    }

    /// On a line: neighbouring cells of one kind as one cell. Every set keeps its mass to the last bit of a sum, and a
    /// model's masses cost a few distribution functions instead of a thousand.
    fn merged(&self, boxes: &Boxes) -> Self {
        let is_alike = |a: usize, b: usize| {
            let same = |values: &[f64]| (values[a] - values[b]).abs() <= 0.0;
            self.hallucination[a] == self.hallucination[b]
                && self.tails.iter().all(|tail| tail.group[a] == tail.group[b])
                && self.regions.iter().all(|(share, _)| same(share))
                && same(&self.union)
        };
        let starts: Vec<usize> = (0..boxes.cells()).filter(|cell| *cell == 0 || !is_alike(cell - 1, *cell)).collect();
        let pick = |values: &[f64]| starts.iter().map(|start| values[*start]).collect::<Vec<_>>();
        Self {
            grid: Grid::Boxes(boxes.merged(&starts)),
            dimension: self.dimension,
            hallucination: starts.iter().map(|start| self.hallucination[*start]).collect(),
            tails: self.tails.clone().map(|tail| Tail { group: starts.iter().map(|s| tail.group[*s]).collect(), mass: tail.mass }),
            regions: self.regions.iter().map(|(share, mass)| (pick(share), *mass)).collect(),
            union: pick(&self.union),
        }
    }

    /// The grid, for a model to fill.
    #[must_use]
    pub const fn grid(&self) -> &Grid {
        &self.grid
    }

    /// The metric of a model with these cell masses (a law: what is missing to 1 lies outside the box); `None` if the
    /// metric is not about levels or modes.
    #[must_use]
    pub fn measure(&self, masses: &[f64], metric: Metric) -> Option<f64> {
        if metric == Metric::MassOutside {
            let inside: f64 = masses.iter().zip(&self.hallucination).filter(|(_, h)| !**h).map(|(m, _)| m).sum();
            Some((1.0 - inside).clamp(0.0, 1.0))
        } else if metric == Metric::TailCoverage {
            Some(self.tails[0].coverage(masses))
        } else if metric == Metric::TailCoverageWide {
            Some(self.tails[1].coverage(masses))
        } else if metric == Metric::ModesKept && !self.regions.is_empty() {
            let holds = |share: &[f64]| masses.iter().zip(share).map(|(m, s)| m * s).sum::<f64>();
            let kept = self.regions.iter().filter(|(share, truth)| holds(share) >= 0.5 * truth).count();
            Some(kept as f64 / self.regions.len() as f64)
        } else if metric == Metric::MassBetweenModes && !self.regions.is_empty() {
            let inside: f64 = masses.iter().zip(&self.union).map(|(m, s)| m * s).sum();
            Some((1.0 - inside).clamp(0.0, 1.0))
        } else {
            None
        }
    }

    /// Whether a point lies in the hallucination set.
    #[must_use]
    pub fn is_hallucinated<const D: usize>(&self, point: &Point<D>) -> bool {
        self.grid.cell(point, self.dimension).is_none_or(|cell| self.hallucination[cell])
    }

    /// Whether a point lies in the tail set of the least likely 1 %.
    #[must_use]
    pub fn is_tail<const D: usize>(&self, point: &Point<D>) -> bool {
        self.grid.cell(point, self.dimension).is_none_or(|cell| self.tails[0].group[cell] > 0)
    }
}

impl Tail {
    fn coverage(&self, masses: &[f64]) -> f64 {
        let mut model: Line = smallvec![0.0; self.mass.len()];
        for (mass, group) in masses.iter().zip(&self.group) {
            if *group > 0 {
                model[usize::from(*group) - 1] += mass;
            }
        }
        let covered: f64 = model.iter().zip(&self.mass).map(|(q, p)| q.min(*p)).sum();
        (covered / self.mass.iter().sum::<f64>()).clamp(0.0, 1.0)
    }
}

fn tail(groups: Vec<Vec<usize>>, truth: &[f64]) -> Tail {
    let mut tail = Tail { group: vec![0; truth.len()], mass: Vec::new() };
    for cells in groups {
        tail.mass.push(cells.iter().map(|c| truth[*c]).sum());
        cells.iter().for_each(|c| tail.group[*c] = tail.mass.len() as u16);
    }
    tail
}

/// Runs of neighbouring cells on a line: the sides of the tail.
fn runs(mut cells: Vec<usize>) -> Vec<Vec<usize>> {
    cells.sort_unstable();
    let mut runs: Vec<Vec<usize>> = Vec::new();
    for cell in cells {
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|last| last + 1 == cell) => run.push(cell),
            Some(_) | None => runs.push(vec![cell]),
        }
    }
    runs
}

/// Eight sectors of equal true mass about the truth's mean, each cut by density into halves of equal true mass.
fn sectors(grid: &Boxes, cells: Vec<usize>, truth: &[f64], middle: [f64; 2]) -> Vec<Vec<usize>> {
    let placed = |cell: usize| {
        let [x, y] = grid.center(cell);
        ((y - middle[1]).atan2(x - middle[0]), cell)
    };
    let mut by_angle: Vec<(f64, usize)> = cells.into_iter().map(placed).collect();
    by_angle.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut groups = Vec::new();
    for mut sector in equal_parts(by_angle.into_iter().map(|(_, cell)| cell), truth, SECTORS) {
        sector.sort_by(|a, b| truth[*a].total_cmp(&truth[*b]).then(a.cmp(b)));
        groups.extend(equal_parts(sector.into_iter(), truth, 2));
    }
    groups.retain(|group| !group.is_empty());
    groups
}

/// Cuts a list of cells into `parts` of nearly equal true mass, in order.
fn equal_parts(cells: impl Iterator<Item = usize> + Clone, truth: &[f64], parts: usize) -> Vec<Vec<usize>> {
    let total: f64 = cells.clone().map(|c| truth[c]).sum();
    let mut out = vec![Vec::new(); parts];
    let mut sum = 0.0;
    for cell in cells {
        let part = ((sum + 0.5 * truth[cell]) / total.max(f64::MIN_POSITIVE) * parts as f64) as usize;
        out[part.min(parts - 1)].push(cell);
        sum += truth[cell];
    }
    out
}

/// Squared radius, in deviations, of the ball that holds 99 % of a standard Gaussian in `dimension` coordinates.
#[must_use]
pub fn region_radius_squared(dimension: usize) -> f64 {
    use statrs::distribution::{ChiSquared, ContinuousCDF};
    ChiSquared::new(dimension as f64).map_or(f64::NAN, |law| law.inverse_cdf(0.99))
}

/// The part of every cell inside each mode's region, on 8 (x 8) points of every cell the boundary may cross.
fn regions<const D: usize>(grid: &Boxes, source: &Source<D>, truth: &[f64]) -> (Vec<(Vec<f64>, f64)>, Vec<f64>) {
    let modes = source.modes();
    let radius = region_radius_squared(source.dimension);
    let (mut shares, mut union) = (vec![vec![0.0; grid.cells()]; modes.len()], vec![0.0; grid.cells()]);
    let fine = [8, if source.dimension == 2 { 8 } else { 1 }];
    let part = 1.0 / (fine[0] * fine[1]) as f64;
    for cell in 0..grid.cells() {
        let center = grid.center(cell);
        if modes.iter().all(|mode| far(grid, &center, mode, radius, source.dimension)) {
            continue;
        }
        for fine_cell in 0..fine[0] * fine[1] {
            let place = [fine_cell / fine[1], fine_cell % fine[1]];
            let mut point = [0.0; D];
            for j in 0..source.dimension {
                point[j] = center[j] + grid.step[j] * ((place[j] as f64 + 0.5) / fine[j] as f64 - 0.5);
            }
            let mut any = 0.0;
            for (share, mode) in shares.iter_mut().zip(modes) {
                if distance_squared(&point, &mode.mean) <= radius * mode.deviation[0] * mode.deviation[0] {
                    share[cell] += part;
                    any = part;
                }
            }
            union[cell] += any;
        }
    }
    let with_mass = |share: Vec<f64>| {
        let mass = share.iter().zip(truth).map(|(s, m)| s * m).sum();
        (share, mass)
    };
    (shares.into_iter().map(with_mass).collect(), union)
}

/// Whether the cell cannot touch the mode's region.
fn far<const D: usize>(grid: &Boxes, center: &[f64; 2], mode: &Piece<D>, radius: f64, dimension: usize) -> bool {
    let reach = radius.sqrt() * mode.deviation[0];
    (0..dimension).any(|j| (center[j] - mode.mean[j]).abs() > reach + grid.step[j])
}

#[cfg(test)]
#[path = "levels_tests.rs"]
mod tests;
