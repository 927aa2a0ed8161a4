//! Prose is a draft written out: words in Zipf's proportions, around the people, places and matters of its cast.

use crate::draft::{Draft, Sentence};
use crate::forms::{Form, Piece};
use crate::lexicon::{Lexicon, Word, capitalise};
use crate::plan::Plan;
use crate::random::{Purpose, Random};

/// Who and what a text tells of. Reports of one event have the same cast.
///
/// Half of the matters, and one of the names, belong to the beat: what this event has in common with others that are not
/// the same story, as all of sport or all of politics has.
#[derive(Debug)]
struct Cast {
    names: Vec<String>,
    topics: [Word; Cast::TOPICS],
}

impl Cast {
    const NAMES: usize = 5;
    const TOPICS: usize = 24;
    /// Of the topics, those a single report tells of.
    const SEEN: usize = 16;
    const BEATS: u64 = 24;
    /// The matters of a beat, and those who are always in it.
    const OF_BEAT: [usize; 2] = [50, 6];

    fn new(plan: &Plan, lexicon: &Lexicon, cast: u64) -> Cast {
        let names = (0..Cast::NAMES).map(|at| {
            let mut name = String::new();
            Cast::write_name(plan, lexicon, (cast, at), &mut name);
            name
        });
        let mut topics = [0; Cast::TOPICS];
        for (at, topic) in topics.iter_mut().enumerate() {
            *topic = Cast::topic(plan, lexicon, (cast, at));
        }
        Cast {
            names: names.collect(),
            topics,
        }
    }

    fn write_name(plan: &Plan, lexicon: &Lexicon, (cast, at): (u64, usize), out: &mut String) {
        let mut random = plan.random(Purpose::Name, cast ^ at as u64);
        if at == 1 {
            let who = random.below(Cast::OF_BEAT[1]) as u64;
            random = plan.random(Purpose::Beat, Cast::beat(cast) << 8 | who);
        }
        lexicon.write_name(1 + (at + 1) % 2, &mut random, out);
    }

    fn topic(plan: &Plan, lexicon: &Lexicon, (cast, at): (u64, usize)) -> Word {
        let mut random = plan.random(Purpose::Topic, cast ^ at as u64);
        if at % 2 == 1 {
            let which = random.below(Cast::OF_BEAT[0]) as u64;
            random = plan.random(Purpose::Topic, Cast::beat(cast) << 8 | which);
        }
        lexicon.topic(&mut random)
    }

    fn beat(cast: u64) -> u64 {
        cast % Cast::BEATS
    }
}

impl Plan {
    /// Writes the paragraphs of a draft, with a line break (as JSON has it) after each.
    pub(crate) fn write_prose(&self, draft: &Draft, out: &mut String) {
        let lexicon = self.lexicon(draft.script);
        let writer = Writer {
            lexicon,
            cast: Cast::new(self, lexicon, draft.cast),
            form: draft.form.map(|form| self.form(draft.script, form)),
            draft,
        };
        let mut open = false;
        for sentence in &draft.sentences {
            if open {
                out.push_str(lexicon.marks.gap);
            }
            writer.write(*sentence, out);
            open = !sentence.ends_paragraph;
            if !open {
                out.push_str("\\n");
            }
        }
        if open {
            out.push_str("\\n");
        }
    }

    /// Writes the title of an article.
    pub(crate) fn write_title(&self, article: u64, out: &mut String) {
        let (headline, cast) = self.headline(article);
        let lexicon = self.lexicon(self.press.site(article).script);
        let mut random = self.random(Purpose::Headline, headline);
        let start = out.len();
        let length = random.within(5, 9);
        let name_at = random.below(length);
        for at in 0..length {
            if at > 0 {
                out.push_str(lexicon.marks.space);
            }
            if at == name_at {
                let name = random.below(3);
                Cast::write_name(self, lexicon, (cast, name), out);
                continue;
            }
            let word = match random.below(3) {
                0 => Cast::topic(self, lexicon, (cast, random.below(Cast::TOPICS))),
                _ => lexicon.word(random.next()),
            };
            out.push_str(lexicon.spelling(word, false));
        }
        capitalise(out, start);
    }
}

/// Writes the sentences of one draft.
struct Writer<'a> {
    lexicon: &'a Lexicon,
    cast: Cast,
    form: Option<&'a Form>,
    draft: &'a Draft,
}

impl Writer<'_> {
    fn write(&self, sentence: Sentence, out: &mut String) {
        let mut random = Random::from(sentence.number);
        let start = out.len();
        match self.form {
            Some(form) => self.write_form(&form.sentences[sentence.line], &mut random, out),
            None => self.write_free(sentence.number, &mut random, out),
        }
        capitalise(out, start);
        out.push_str(self.lexicon.marks.stop);
    }

    fn write_free(&self, number: u64, random: &mut Random, out: &mut String) {
        let marks = &self.lexicon.marks;
        let length = random.within(8, 24);
        // Half of the time at a word, half of the time past the last.
        let [name_at, figure_at] = [(); 2].map(|()| random.below(2 * length));
        let stock_at = random.below(12 * length);
        let quote_at = random.below(8 * length);
        for at in 0..length {
            let bits = random.next();
            if at > 0 {
                if bits >> 60 == 0 {
                    out.push_str(marks.comma);
                }
                out.push_str(marks.space);
            }
            if at == quote_at {
                out.push_str(marks.quotes[0]);
            }
            if at == name_at {
                out.push_str(&self.cast.names[random.skewed(Cast::NAMES, 2)]);
            } else if at == figure_at {
                self.write_figure(number, out);
            } else if at == stock_at {
                out.push_str(random.pick(&self.lexicon.stock).as_str());
            } else {
                self.write_word(bits, out);
            }
        }
        if quote_at < length {
            out.push_str(marks.quotes[1]);
        }
    }

    fn write_word(&self, bits: u64, out: &mut String) {
        // One word in six is of the topic.
        let of_topic = (bits >> 16) & 0xFF < 43;
        let word = match of_topic {
            true => {
                let seen = (bits >> 24) as usize % Cast::SEEN;
                self.cast.topics[(self.draft.view as usize + seen) % Cast::TOPICS]
            }
            false => self.lexicon.word(bits),
        };
        out.push_str(self.lexicon.spelling(word, self.draft.varied));
    }

    fn write_form(&self, pieces: &[Piece], random: &mut Random, out: &mut String) {
        for (at, piece) in pieces.iter().enumerate() {
            if at > 0 {
                out.push_str(self.lexicon.marks.space);
            }
            match *piece {
                Piece::Word(word) => out.push_str(self.lexicon.spelling(word, self.draft.varied)),
                Piece::Name => out.push_str(random.pick(&self.cast.names).as_str()),
                Piece::Figure => self.write_figure(random.next(), out),
                Piece::Filled => self.write_word(random.next(), out),
            }
        }
    }

    /// A figure of up to five digits, the one of this place unless the draft has new ones.
    fn write_figure(&self, place: u64, out: &mut String) {
        let mut random = Random::of(0, Purpose::Figures, place);
        if let Some(new) = self.draft.new_figures {
            let mut new = Random::of(new, Purpose::Figures, place);
            if new.percent(12) {
                random = new;
            }
        }
        let digits = random.within(1, 5);
        for digit in 0..digits {
            if digits > 3 && digits - digit == 3 {
                out.push(',');
            }
            let low = usize::from(digit == 0);
            out.push(char::from(b'0' + random.within(low, 9) as u8));
        }
    }
}
