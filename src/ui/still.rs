//! Drawing that stands still: a part of the page that is made anew only when its stamp changes.
//!
//! A step changes two rows, the packet and the explanation. Everything else would be drawn and compared in vain.

use std::rc::Rc;

use yew::prelude::*;

/// What a drawing depends on, as numbers. The same stamp means the same drawing.
pub type Stamp = [u32; 3];

/// A drawing and its stamp.
#[derive(Clone, Properties)]
pub struct StillProps {
    /// What it depends on.
    pub stamp: Stamp,
    /// Makes the drawing.
    pub draw: Rc<dyn Fn() -> Html>,
}

impl PartialEq for StillProps {
    fn eq(&self, other: &Self) -> bool {
        self.stamp == other.stamp
    }
}

/// A part that is drawn again only with another stamp.
pub fn still(stamp: Stamp, draw: impl Fn() -> Html + 'static) -> Html {
    let draw: Rc<dyn Fn() -> Html> = Rc::new(draw);
    html! { <Still {stamp} {draw}/> }
}

/// Draws when the stamp has changed.
#[component]
pub fn Still(props: &StillProps) -> Html {
    (props.draw)()
}
