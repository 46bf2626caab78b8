//! What a link said that could not be understood, or what else the reader should know once.
//!
//! It never stands in the way: what could be understood is shown below it.

use crate::knowledge::Text;
use crate::ui::draw::{Draw, attrs};
use crate::ui::message::Message;

/// Draws the notice, or nothing.
pub fn view(d: &mut Draw<'_>, lines: &[String]) {
    d.when(!lines.is_empty(), |d| {
        d.el("div", attrs!["class" = "notice", "role" = "alert"], |d| {
            d.el("div", attrs![], |d| {
                d.word("strong", attrs![], Text::NoticeTitle);
                d.el("ul", attrs![], |d| lines.iter().for_each(|line| d.plain("li", line)));
            });
            d.el("button", attrs!["type" = "button", "class" = "plain"], |d| {
                d.click(Message::DismissedNotice);
                d.say(Text::Dismiss);
            });
        });
    });
}
