//! Reads rendered HTML back: tags with their attributes, text, and the names that assistive technology would speak.
//!
//! Only as much of HTML as the renderer writes: quoted attributes, no comments, no CDATA.

use std::collections::BTreeMap;

/// One piece of a rendered page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Piece {
    /// `<name attributes>`.
    Open(String, BTreeMap<String, String>),
    /// `</name>`.
    Close(String),
    /// Text, unescaped.
    Text(String),
}

/// A rendered page.
pub(crate) struct Page(pub(crate) Vec<Piece>);

impl Page {
    /// Reads HTML; panics where it is not what a renderer writes, which fails the test that rendered it.
    pub(crate) fn read(html: &str) -> Self {
        let mut pieces = Vec::new();
        let mut rest = html;
        while !rest.is_empty() {
            let (text, tail) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
            if !text.is_empty() {
                pieces.push(Piece::Text(unescape(text)));
            }
            let Some(tag) = tail.strip_prefix('<') else { break };
            let (piece, tail) = read_tag(tag);
            pieces.push(piece);
            rest = tail;
        }
        Self(pieces)
    }

    /// Every opening tag.
    pub(crate) fn tags(&self) -> impl Iterator<Item = (&str, &BTreeMap<String, String>)> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Open(name, attributes) => Some((name.as_str(), attributes)),
            _ => None,
        })
    }

    /// Tag and attribute names in order: what remains when all words are taken away.
    pub(crate) fn skeleton(&self) -> Vec<String> {
        let names = self.0.iter().map(|piece| match piece {
            Piece::Open(name, attributes) => {
                let attributes: Vec<&str> = attributes.keys().map(String::as_str).collect();
                format!("<{name} {}>", attributes.join(" "))
            }
            Piece::Close(name) => format!("</{name}>"),
            Piece::Text(_) => "text".to_owned(),
        });
        names.collect()
    }

    /// All text, in reading order.
    pub(crate) fn text(&self) -> String {
        self.0
            .iter()
            .filter_map(|piece| if let Piece::Text(text) = piece { Some(text.as_str()) } else { None })
            .collect()
    }

    /// The element that begins at a piece: all pieces up to its closing tag.
    fn element(&self, start: usize) -> &[Piece] {
        let mut depth = 0_usize;
        for (offset, piece) in self.0[start..].iter().enumerate() {
            match piece {
                Piece::Open(name, _) if !is_void(name) => depth += 1,
                Piece::Close(_) => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return &self.0[start..=start + offset];
            }
        }
        panic!("an element is never closed");
    }

    /// The text inside each element of this tag name that has this attribute value (any, when empty).
    pub(crate) fn inside(&self, name: &str, attribute: &str, value: &str) -> Vec<String> {
        let starts = self.0.iter().enumerate().filter(|(_, piece)| match piece {
            Piece::Open(tag, attributes) => {
                tag == name && (attribute.is_empty() || attributes.get(attribute).is_some_and(|found| found == value))
            }
            _ => false,
        });
        starts.map(|(start, _)| Self(self.element(start).to_vec()).text()).collect()
    }

    /// Every control with its accessible name; an empty name is a control nobody can ask for.
    pub(crate) fn controls(&self) -> Vec<(String, String)> {
        let mut controls = Vec::new();
        for (start, piece) in self.0.iter().enumerate() {
            let Piece::Open(tag, attributes) = piece else { continue };
            if ["a", "button", "input", "select", "textarea", "summary"].contains(&tag.as_str()) {
                controls.push((tag.clone(), self.name(start, attributes)));
            }
        }
        controls
    }

    fn name(&self, start: usize, attributes: &BTreeMap<String, String>) -> String {
        if let Some(label) = attributes.get("aria-label") {
            return label.clone();
        }
        let label = attributes.get("id").and_then(|id| self.inside("label", "for", id).into_iter().next());
        label.unwrap_or_else(|| Self(self.element(start).to_vec()).text()).trim().to_owned()
    }
}

fn read_tag(tag: &str) -> (Piece, &str) {
    if let Some(close) = tag.strip_prefix('/') {
        let (name, rest) = close.split_once('>').expect("a closing tag ends");
        return (Piece::Close(name.to_owned()), rest);
    }
    let end = tag.find([' ', '>', '/']).expect("a tag has an end");
    let (name, mut rest) = tag.split_at(end);
    let mut attributes = BTreeMap::new();
    loop {
        rest = rest.trim_start_matches([' ', '/']);
        if let Some(after) = rest.strip_prefix('>') {
            return (Piece::Open(name.to_owned(), attributes), after);
        }
        let end = rest.find(['=', ' ', '>']).expect("an attribute has an end");
        let (attribute, tail) = rest.split_at(end);
        let (value, tail) = match tail.strip_prefix("=\"") {
            Some(quoted) => quoted.split_once('"').expect("a quoted value ends"),
            None => ("", tail),
        };
        attributes.insert(attribute.to_owned(), unescape(value));
        rest = tail;
    }
}

fn is_void(name: &str) -> bool {
    ["input", "br", "img", "link", "meta"].contains(&name)
}

fn unescape(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&#x27;", "'").replace("&#39;", "'").replace("&#x2F;", "/").replace("&amp;", "&")
}
