//! An explanation as a page of HTML that needs nothing else.

use askama::Template;

use super::show::{Fact, copy_facts, story_facts};
use super::{Explanation, Subject};
use crate::results::diff::Difference;

#[derive(Template)]
#[template(path = "explain.html")]
struct Page<'p> {
    it: &'p Explanation<'p>,
    subjects: [&'p Subject; 2],
    facts: Vec<Fact>,
    difference: Difference<'p>,
}

impl Explanation<'_> {
    /// The explanation as a page of HTML, with both texts side by side.
    pub fn page(&self) -> String {
        let mut facts = copy_facts(self);
        let story = self.story.iter();
        facts.extend(story.flat_map(|story| story_facts(self, story)));
        let page = Page {
            it: self,
            subjects: [self.a, self.b],
            facts,
            difference: Difference::of(&self.a.text, &self.b.text),
        };
        // Rendering into a string cannot fail.
        page.render().unwrap_or_default()
    }
}
