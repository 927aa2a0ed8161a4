//! Small dumps of invented news whose truth is known.
//!
//! Each generator makes one kind of dump from a seed; the same seed makes the same bytes. A test reads
//!
//! ```ignore
//! let dump = corpora::daily_rankings(7);
//! let clusters = run_on(&dump.to_jsonl());
//! assert!(dump.score(&clusters).f1 >= 0.97);
//! ```
//!
//! Sizes and variants are fields of a struct: `DailyRankings { days: 60, ..Default::default() }.dump(7)`.

mod coverage;
mod dump;
mod edits;
mod exact;
mod excerpts;
mod furniture;
mod kinds;
mod language;
mod one_text;
mod planted;
mod press;
mod promises;
mod prose;
mod random;
mod round_ups;
mod score;
mod series;
mod short;
mod sites;
mod wire;

pub(crate) use coverage::{Coverage, Dates, event_of};
pub(crate) use dump::{Dump, Pair, Record};
pub(crate) use excerpts::{
    EditChains, Excerpts, edit_chain, excerpts, page_with_two_excerpts_of_itself,
};
pub(crate) use kinds::{Block, Forms, Slots, around_a_block, notices};
pub(crate) use language::Language;
pub(crate) use one_text::{
    CapturedFiftyTimes, OneStoryOnThirtySites, captured_fifty_times, one_story_on_thirty_sites,
    several_captured_fifty_times,
};
pub(crate) use planted::{Place, Planted};
pub(crate) use press::Headlines;
pub(crate) use round_ups::{RoundUps, round_ups};
pub(crate) use score::{Clusters, PairScores, pair_scores};
pub(crate) use series::{Horoscopes, Templated, horoscopes, templated};
pub(crate) use short::{ShortItems, short_items};
pub(crate) use sites::{DailyRankings, ThreePageSources, daily_rankings, three_page_sources};
pub(crate) use wire::{Wire, wire, wire_in_five_languages};
