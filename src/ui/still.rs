//! Drawing that stands still: a part of the page that is made anew only when its stamp changes.
//!
//! A step changes two rows, the packet and the explanation. Everything else would be drawn and compared in vain.

use std::rc::Rc;

use yew::virtual_dom::VChild;
use yew::{Component, Context, Html, Properties};

use crate::ui::context;
use crate::ui::draw::{Draw, drawn};

/// What a drawing depends on, as numbers. The same stamp means the same drawing.
pub type Stamp = [u32; 3];

/// A part of a stamp.
pub(super) fn number(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

/// A drawing and its stamp.
#[derive(Clone, Properties)]
pub struct StillProps {
    /// What it depends on.
    pub stamp: Stamp,
    /// Words, and where to send what happens.
    pub cx: context::Context,
    /// Makes the drawing.
    pub draw: Rc<dyn Fn(&mut Draw<'_>)>,
}

impl PartialEq for StillProps {
    fn eq(&self, other: &Self) -> bool {
        self.stamp == other.stamp
    }
}

impl Draw<'_> {
    /// A part that is drawn again only with another stamp.
    pub fn still(&mut self, stamp: Stamp, draw: impl Fn(&mut Draw<'_>) + 'static) {
        let props = StillProps { stamp, cx: self.cx.clone(), draw: Rc::new(draw) };
        self.put(VChild::<Still>::new(props, None));
    }
}

/// Draws when the stamp has changed.
pub struct Still;

impl Component for Still {
    type Message = ();
    type Properties = StillProps;

    fn create(_: &Context<Self>) -> Self {
        Self
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        drawn(&props.cx, |d| (props.draw)(d))
    }
}
