//! What was tried, as a page of HTML that needs nothing else.

use askama::Template;

use super::{Tuning, chart};

#[derive(Template)]
#[template(path = "tune.html")]
struct Page<'p> {
    it: &'p Tuning,
    distribution: String,
    copies: String,
    recall: String,
    stories: String,
}

impl Tuning {
    /// What was tried as a page of HTML with charts.
    pub(crate) fn page(&self) -> String {
        let page = Page {
            it: self,
            distribution: chart::distribution(self),
            copies: chart::copies(&self.thresholds),
            recall: chart::recall(&self.thresholds),
            stories: chart::stories(&self.stories),
        };
        // Rendering into a string cannot fail.
        page.render().unwrap_or_default()
    }
}

/// A share with four decimals.
fn share(jaccard: &crate::kernel::Share) -> String {
    format!("{:.4}", f64::from(jaccard.0 / 100) / 1e4)
}

/// A threshold with three decimals.
fn fine(threshold: &f64) -> String {
    format!("{threshold:.3}")
}

/// A threshold with two decimals.
fn flag(threshold: &f64) -> String {
    format!("{threshold:.2}")
}
