//! A made-up language: English with accents, brackets and forty per cent more length.
//!
//! Nobody reads it. Whatever appears on a page in plain English while this language is on did not come through
//! [`Knowledge`], and a layout that breaks under it is too tight for a real translation.

use super::Knowledge;

impl Knowledge {
    /// The same knowledge in the made-up language, tag `en-XA`.
    #[must_use]
    pub fn pseudo(&self) -> Self {
        let mut made_up = self.clone();
        made_up.lang = "en-XA".into();
        made_up.strings.iter_mut().for_each(distort);
        for clause in &mut made_up.clauses {
            distort(&mut clause.note);
            clause.changed.as_mut().map(distort);
        }
        for note in &mut made_up.notes {
            distort(&mut note.title);
            note.headline.as_mut().map(distort);
            note.text.as_mut().map(distort);
            for other in &mut note.alternatives {
                distort(&mut other.when);
                distort(&mut other.then);
            }
        }
        for mistake in &mut made_up.mistakes {
            distort(&mut mistake.mistake);
            distort(&mut mistake.right);
        }
        for practice in &mut made_up.practices {
            distort(&mut practice.name);
            distort(&mut practice.seen);
            distort(&mut practice.note);
        }
        for words in &mut made_up.scenarios {
            distort(&mut words.title);
            distort(&mut words.summary);
        }
        made_up
    }
}

/// `Step {n}` becomes `[!!! Šţéþ {n} ~~~ !!!]`: placeholders stay, letters change, length grows by 40 %.
fn distort(text: &mut String) {
    let mut inside = false;
    let changed: String = text
        .chars()
        .map(|c| {
            inside = c == '{' || (inside && c != '}');
            if inside { c } else { accent(c) }
        })
        .collect();
    let padding = "~".repeat(text.chars().count() * 2 / 5);
    *text = format!("[!!! {changed} {padding} !!!]");
}

fn accent(letter: char) -> char {
    const PLAIN: &str = "aceilnorstuyACEILNORSTUYZ";
    const ACCENTED: &str = "áčéíļñóŕšţúýÁČÉÍĻÑÓŔŠŢÚÝŽ";
    PLAIN.chars().zip(ACCENTED.chars()).find(|(plain, _)| *plain == letter).map_or(letter, |(_, accented)| accented)
}

#[cfg(test)]
mod tests {
    use super::distort;

    #[test]
    fn letters_change_and_placeholders_stay() {
        let mut text = String::from("Step {step} of ten");
        distort(&mut text);
        assert_eq!(text, "[!!! Šţép {step} óf ţéñ ~~~~~~~ !!!]");
    }
}
