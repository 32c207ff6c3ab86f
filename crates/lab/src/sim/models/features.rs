//! Random features of a linear regression: z = F x for a random F that is drawn once per run.
//!
//! The fit is least squares or ridge on z, of least norm where many fit; its coefficients v give w = F'v for the inputs
//! themselves, so that synthetic labels and risks are those of any linear regression. F is width x d with independent
//! N(0, 1 / width) entries: F'F averages to the identity, and the wider F, the nearer the fit to ridge on the inputs. Over a
//! power-law spectrum that limit is kernel ridge, written in the kernel's eigenbasis.
//!
//! # Source
//! Dohmatob et al. (2024), "Strong Model Collapse", Theorem 2 (random projections; there the scale of F is free).

use super::system::System;
use super::triangle;
use super::triangular::dot;
use crate::random::Rng;
use crate::sim::chain::Unfit;
use rand_distr::{Distribution, StandardNormal};

/// Random features with memory for a fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Features {
    width: usize,
    dimension: usize,
    /// Rows of F one after another; with more features than inputs, those of a triangle with the same F'F.
    rows: Vec<f64>,
    gram: Vec<f64>,
    moment: Vec<f64>,
    fitted: Vec<f64>,
    /// The inputs' Gram matrix, unpacked, and a row of F times it.
    unpacked: Vec<f64>,
    carried: Vec<f64>,
}

impl Features {
    /// Features that are still to be drawn.
    #[must_use]
    pub fn new(width: usize, dimension: usize) -> Self {
        let held = width.min(dimension);
        let (gram, moment) = (vec![0.0; triangle::packed(held)], vec![0.0; held]);
        let (unpacked, carried) = (vec![0.0; dimension * dimension], vec![0.0; dimension]);
        Self { width, dimension, rows: Vec::new(), fitted: moment.clone(), unpacked, carried, gram, moment }
    }

    /// Number of features.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Draws F. A fit of least norm, and a ridge, know of F only F'F: beyond `dimension` features that is a Wishart matrix,
    /// and the transposed Bartlett factor stands for F.
    pub fn draw(&mut self, rng: &mut Rng) {
        let (d, scale) = (self.dimension, (self.width as f64).sqrt().recip());
        self.rows.clear();
        if self.width <= d {
            self.rows.extend((0..self.width * d).map(|_| scale * Distribution::<f64>::sample(&StandardNormal, rng)));
            return;
        }
        let mut factor = vec![0.0; triangle::packed(d)];
        triangle::bartlett(d, self.width as u64, rng, &mut factor);
        self.rows.resize(d * d, 0.0);
        for column in 0..d {
            for row in 0..=column {
                self.rows[row * d + column] = scale * factor[triangle::packed(column) + row];
            }
        }
    }

    /// Solves the normal equations in the features and writes the coefficients of the inputs.
    ///
    /// # Errors
    /// As [`System::solve`].
    pub fn solve(&mut self, system: System<'_>, penalty: f64, scratch: &mut Vec<f64>, out: &mut [f64]) -> Result<(), Unfit> {
        let d = self.dimension;
        for i in 0..d {
            for j in 0..=i {
                let entry = system.gram[triangle::packed(i) + j];
                (self.unpacked[i * d + j], self.unpacked[j * d + i]) = (entry, entry);
            }
        }
        for (i, row) in self.rows.chunks_exact(d).enumerate() {
            self.carried.iter_mut().zip(self.unpacked.chunks_exact(d)).for_each(|(c, line)| *c = dot(line, row));
            for (j, other) in self.rows.chunks_exact(d).take(i + 1).enumerate() {
                self.gram[triangle::packed(i) + j] = dot(other, &self.carried);
            }
            self.moment[i] = dot(row, system.moment);
        }
        let inner = System { gram: &self.gram, moment: &self.moment, ..system };
        inner.solve(penalty, scratch, &mut self.fitted)?;
        out.fill(0.0);
        for (row, v) in self.rows.chunks_exact(d).zip(&self.fitted) {
            out.iter_mut().zip(row).for_each(|(w, f)| *w += v * f);
        }
        Ok(())
    }
}
