//! A link from a stranger: the page says what it does not understand, in words on which nothing can act.

use std::rc::Rc;
use std::sync::Arc;

use smtp_explainer::present::Player;
use smtp_explainer::present::link::Link;
use smtp_explainer::simulation::BuiltIn;
use smtp_explainer::simulation::choices::KEYS;
use smtp_explainer::ui::notice;

use super::fixtures::{assert_harmless, hostile};
use super::page::Piece;
use super::{draw, english, watch};

/// Keys of a link besides the choices.
const EDITS: [&str; 9] =
    ["step", "client", "system", "personality", "sender", "recipients", "subject", "body", "fault"];

#[test]
fn a_stranger_s_link_is_told_as_text() {
    let built_in = Arc::new(BuiltIn::read().expect("what is built in"));
    for text in hostile() {
        let keys = KEYS.iter().chain(&EDITS).map(|key| ((*key).to_owned(), text.clone()));
        let pairs: Vec<(String, String)> = keys.chain([(text.clone(), text.clone())]).collect();
        let links = [
            Link { situation: "other-587".to_owned(), pairs: pairs.clone() }.write(),
            Link { situation: text.clone(), pairs }.write(),
            text.clone(),
        ];
        for link in links {
            let (player, notices) = Player::open(&link, &built_in, &english());
            assert!(!notices.is_empty(), "{link}");
            let view = Rc::new(player.watch(&english()));
            let page = draw(english(), false, move |d| {
                notice::view(d, &notices);
                watch(d, &view, None);
            });
            let mut edited = false;
            for piece in &page.0 {
                match piece {
                    // What can be edited is there to be edited, as it is.
                    Piece::Text(_) if edited => {}
                    Piece::Text(words) => assert_harmless(words.as_bytes(), &link),
                    Piece::Open(tag, attributes) => {
                        edited = tag == "textarea";
                        assert!(!["img", "script", "iframe"].contains(&tag.as_str()), "{link}: <{tag}>");
                        for (name, value) in attributes {
                            assert!(!name.starts_with("on"), "{link}: {name} on <{tag}>");
                            if name != "value" {
                                assert_harmless(value.as_bytes(), &link);
                            }
                        }
                    }
                    Piece::Close(_) => edited = false,
                }
            }
        }
    }
}
