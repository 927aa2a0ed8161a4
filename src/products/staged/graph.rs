//! The stages of a job, in their order.

use super::wire::Kind;

/// How the runs that a stage maps to come together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gather {
    /// Not at all: what the stage maps to is what it makes.
    None,
    /// All runs of a share together.
    Share,
    /// All runs together.
    One,
}

/// What a stage reads, and how.
#[derive(Clone, Copy, Debug)]
pub struct StageInfo {
    /// Its name.
    pub name: &'static str,
    /// The stages and kinds of runs that it reads; the stage `""` stands for the files.
    pub inputs: &'static [(&'static str, u32)],
    /// How what it maps to comes together.
    pub gather: Gather,
    /// Whether only stories need it.
    pub of_stories: bool,
}

/// The stages, in their order: each reads what those before it made.
pub const STAGES: &[StageInfo] = &[
    stage("learn", &[("", Kind::File as u32)], Gather::One),
    stage("prints", &[("", Kind::File as u32)], Gather::None),
    stage("twins", &[("prints", Kind::Twin as u32)], Gather::Share),
    stage(
        "twin-table",
        &[("twins", Kind::Exception as u32)],
        Gather::One,
    ),
    stage("texts", &[("prints", Kind::Article as u32)], Gather::Share),
    stage("hot", &[("texts", Kind::Keyed as u32)], Gather::One),
    stage("heads", &[("texts", Kind::Keyed as u32)], Gather::One),
    stage("meet", &[("texts", Kind::Keyed as u32)], Gather::Share),
    stage("pairs", &[("meet", Kind::Met as u32)], Gather::Share),
    stage(
        "asked",
        &[
            ("meet", Kind::Many as u32),
            ("heads", Kind::Many as u32),
            ("texts", Kind::Text as u32),
        ],
        Gather::Share,
    ),
    stage("forms", &[("asked", Kind::Bearer as u32)], Gather::Share),
    stage("form-table", &[("forms", Kind::Form as u32)], Gather::One),
    stage(
        "components",
        &[("pairs", Kind::Pair as u32), ("texts", Kind::Text as u32)],
        Gather::One,
    ),
    stage(
        "copies",
        &[("texts", Kind::Text as u32), ("pairs", Kind::Pair as u32)],
        Gather::Share,
    ),
    of_stories(
        "titles",
        &[
            ("prints", Kind::Article as u32),
            ("copies", Kind::Member as u32),
        ],
        Gather::Share,
    ),
    of_stories(
        "nodes",
        &[
            ("prints", Kind::Article as u32),
            ("copies", Kind::Member as u32),
        ],
        Gather::Share,
    ),
    of_stories(
        "title-table",
        &[
            ("titles", Kind::Learned as u32),
            ("nodes", Kind::Learned as u32),
            ("nodes", Kind::Sample as u32),
        ],
        Gather::One,
    ),
    of_stories("inside", &[("prints", Kind::Article as u32)], Gather::One),
    of_stories("languages", &[("nodes", Kind::Node as u32)], Gather::One),
    of_stories(
        "frequencies",
        &[("nodes", Kind::Node as u32)],
        Gather::Share,
    ),
    of_stories(
        "frequency-table",
        &[("frequencies", Kind::Learned as u32)],
        Gather::One,
    ),
    of_stories("drafts", &[("nodes", Kind::Node as u32)], Gather::None),
    of_stories(
        "pair-counts",
        &[("drafts", Kind::Learned as u32)],
        Gather::Share,
    ),
    of_stories(
        "pair-table",
        &[("pair-counts", Kind::Learned as u32)],
        Gather::One,
    ),
    of_stories("vectors", &[("drafts", Kind::Draft as u32)], Gather::None),
    of_stories(
        "story-keys",
        &[("vectors", Kind::Weighed as u32)],
        Gather::Share,
    ),
    of_stories(
        "story-pairs",
        &[("story-keys", Kind::StoryMet as u32)],
        Gather::Share,
    ),
    of_stories(
        "slices",
        &[
            ("vectors", Kind::Weighed as u32),
            ("story-pairs", Kind::StoryPair as u32),
            ("story-pairs", Kind::StoryAsk as u32),
        ],
        Gather::Share,
    ),
    of_stories(
        "slices-across",
        &[
            ("slices", Kind::Weighed as u32),
            ("slices", Kind::StoryPair as u32),
        ],
        Gather::Share,
    ),
    of_stories(
        "fading",
        &[
            ("nodes", Kind::Times as u32),
            ("story-keys", Kind::MetCounts as u32),
            ("slices", Kind::MetCounts as u32),
            ("slices-across", Kind::MetCounts as u32),
        ],
        Gather::One,
    ),
    of_stories("story-components", SCORED, Gather::One),
    of_stories("link", LINKED, Gather::Share),
    stage(
        "work",
        &[
            ("copies", Kind::Member as u32),
            ("copies", Kind::Similar as u32),
            ("copies", Kind::Counts as u32),
            ("prints", Kind::Counts as u32),
            ("pairs", Kind::Counts as u32),
            ("link", Kind::Told as u32),
            ("link", Kind::Linked as u32),
        ],
        Gather::One,
    ),
];

/// What was compared.
const SCORED: &[(&str, u32)] = &[
    ("slices", Kind::Scored as u32),
    ("slices-across", Kind::Scored as u32),
];
/// The same with the representatives.
const LINKED: &[(&str, u32)] = &[
    ("slices", Kind::Scored as u32),
    ("slices-across", Kind::Scored as u32),
    ("vectors", Kind::Weighed as u32),
];

const fn stage(
    name: &'static str,
    inputs: &'static [(&'static str, u32)],
    gather: Gather,
) -> StageInfo {
    StageInfo {
        name,
        inputs,
        gather,
        of_stories: false,
    }
}

const fn of_stories(
    name: &'static str,
    inputs: &'static [(&'static str, u32)],
    gather: Gather,
) -> StageInfo {
    StageInfo {
        of_stories: true,
        ..stage(name, inputs, gather)
    }
}
