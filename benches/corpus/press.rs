//! The press is who publishes: some sites in each language, and which of them fills which place of a day.
//!
//! Every day has the same places, in the order of the clock. So the site and the date of an article follow from its
//! number, and so do the numbers of all articles that a site has on a day.

use crate::lexicon::Lexicon;
use crate::random::{Purpose, Random};
use crate::script::Script;

/// Articles a day, over all sites.
pub(crate) const DAY: u64 = 2_000;

/// Articles a day and sites of each script.
const SHARES: [(Script, usize, usize); 7] = [
    (Script::Latin, 1_600, 120),
    (Script::Accented, 110, 10),
    (Script::Cyrillic, 80, 8),
    (Script::Arabic, 50, 6),
    (Script::Han, 80, 8),
    (Script::Kana, 50, 6),
    (Script::Thai, 30, 4),
];

/// All sites.
#[derive(Debug)]
pub(crate) struct Press {
    pub(crate) sites: Vec<Site>,
    site_of_place: Vec<u16>,
    /// By script, the places of its sites.
    places: [Vec<u64>; 7],
}

/// A site and how its pages look.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) script: Script,
    pub(crate) host: String,
    /// Its places in a day.
    pub(crate) places: Vec<u64>,
    /// The lines above each article.
    pub(crate) menu: Vec<String>,
    /// What may stand as the section of an article, and who may have written it.
    pub(crate) sections: Vec<String>,
    pub(crate) authors: Vec<String>,
    /// Above the rankings and below them.
    pub(crate) headings: [String; 2],
    pub(crate) more: String,
    /// How many titles the ranking of the day has, and the one of three days.
    pub(crate) ranked: [usize; 2],
    pub(crate) numbered: bool,
    pub(crate) prints_title: bool,
    /// The lines below the rankings.
    pub(crate) foot: Vec<String>,
}

impl Press {
    pub(crate) fn found(lexicons: &[Lexicon; 7], seed: u64) -> Press {
        let mut sites = Vec::new();
        let mut site_of_place = Vec::with_capacity(DAY as usize);
        for (script, places, count) in SHARES {
            let first = sites.len();
            for rank in 0..count {
                let mut random = Random::of(seed, Purpose::Site, sites.len() as u64);
                sites.push(Site::found(
                    script,
                    &lexicons[script as usize],
                    sites.len(),
                    &mut random,
                ));
                // Two articles a day, and large sites more: the first has several times as many as the last.
                let end = site_of_place.len() + 1 + (places - count) / (2 * count + rank * 4);
                site_of_place.resize(end, (first + rank) as u16);
            }
            let filled: usize = SHARES[..=script as usize].iter().map(|share| share.1).sum();
            for turn in 0..filled - site_of_place.len() {
                site_of_place.push((first + turn % count * (turn % 7 + 1) / 7) as u16);
            }
        }
        Random::of(seed, Purpose::Slots, 0).shuffle(&mut site_of_place);
        let mut places: [Vec<u64>; 7] = Default::default();
        for (place, site) in (0..).zip(&site_of_place) {
            let site = &mut sites[usize::from(*site)];
            site.places.push(place);
            places[site.script as usize].push(place);
        }
        Press {
            sites,
            site_of_place,
            places,
        }
    }

    pub(crate) fn site_number(&self, article: u64) -> usize {
        usize::from(self.site_of_place[(article % DAY) as usize])
    }

    /// The site that has an article.
    pub(crate) fn site(&self, article: u64) -> &Site {
        &self.sites[self.site_number(article)]
    }

    /// The places in a day of all sites of a script.
    pub(crate) fn places(&self, script: Script) -> &[u64] {
        &self.places[script as usize]
    }
}

impl Site {
    fn found(script: Script, lexicon: &Lexicon, number: usize, random: &mut Random) -> Site {
        let mut phrases = |count: usize, low, high| -> Vec<String> {
            (0..count)
                .map(|_| lexicon.phrase(random.within(low, high), random))
                .collect()
        };
        let sections = phrases(10, 1, 1);
        let authors = phrases(12, 2, 2);
        let prompts = phrases(4, 5, 12);
        let headings = [phrases(1, 2, 3).concat(), phrases(1, 2, 3).concat()];
        let more = phrases(1, 2, 4).concat();
        let name = phrases(1, 2, 2).concat();
        let divider = *random.pick(&[" | ", " · ", " > "]);
        let entries = random.within(5, sections.len());
        let menu = match random.below(3) {
            // A line for each entry, or all of them in one.
            0 => sections[..entries].to_vec(),
            _ => vec![name.clone(), sections[..entries].join(divider)],
        };
        let mut foot = prompts[..random.within(2, 4)].to_vec();
        foot.push(format!("© {name}. {}", lexicon.phrase(3, random)));
        Site {
            script,
            host: format!("{}-press-{number}.example", script.code()),
            places: Vec::new(),
            menu,
            sections,
            authors,
            headings,
            more,
            ranked: [random.within(5, 8), random.within(3, 5)],
            numbered: random.percent(30),
            prints_title: random.percent(30),
            foot,
        }
    }
}
