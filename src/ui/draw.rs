//! Drawing by calls: an element is opened, filled and closed, and what is drawn meanwhile is its content.
//!
//! Yew's macro writes the making of every element out in full, some 450 octets of program each; a call that hands names
//! and values to one place costs a tenth of that, and all the page's elements have to be fetched before it runs. What
//! comes out is Yew's own tree, so components, comparing and rendering stay Yew's.
//!
//! Yew compares children by their place. What may be there or not, or more than once, is drawn as a [`Draw::part`],
//! which takes one place whatever it holds.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::virtual_dom::{AttrValue, AttributeOrProperty, Attributes, Listener, ListenerKind, VList, VNode, VTag, VText};
use yew::{Callback, Html};

use crate::knowledge::Text;
use crate::ui::context::Context;
use crate::ui::message::Message;

/// The value of an attribute.
#[derive(Clone, Copy)]
pub enum Value<'a> {
    /// A text.
    Text(&'a str),
    /// A text of the page in the reader's language.
    Word(Text),
    /// A number, such as a coordinate.
    Number(i64),
    /// An attribute that says something by being there, such as `disabled`.
    Flag(bool),
    /// Not an attribute but a property of the element in the browser.
    Property(bool),
    /// The attribute is left out.
    Unset,
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<Text> for Value<'_> {
    fn from(text: Text) -> Self {
        Self::Word(text)
    }
}

impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Self::Unset, Self::Text)
    }
}

impl From<i32> for Value<'_> {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<usize> for Value<'_> {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<bool> for Value<'_> {
    fn from(is: bool) -> Self {
        Self::Flag(is)
    }
}

/// The attributes of an element. Written with `attrs!`.
#[derive(Clone, Copy)]
pub struct Attrs<'a> {
    /// A line for each: `name=value`, or only the name where the value is known no sooner than it is drawn.
    pub form: &'static str,
    /// The values that the form leaves open, in its order.
    pub values: &'a [Value<'a>],
}

/// Attributes: `"name" = "fixed"` for a value known when the page is built, `"name": value` for any other.
///
/// What is known becomes one text, which weighs far less than the program that would put a table of it together.
macro_rules! attrs {
    ($($name:literal $(= $fixed:literal)? $(: $value:expr)?),* $(,)?) => {
        $crate::ui::draw::Attrs {
            form: concat!($($name, $("=", $fixed,)? "\n"),*),
            values: &[$($($crate::ui::draw::Value::from($value),)?)*],
        }
    };
}
pub(super) use attrs;

/// Class names in one attribute; empty ones are left out.
#[must_use]
pub fn classes(names: &[&str]) -> String {
    let mut all = String::new();
    for name in names.iter().filter(|name| !name.is_empty()) {
        if !all.is_empty() {
            all.push(' ');
        }
        all.push_str(name);
    }
    all
}

/// A class name that is there only sometimes.
#[must_use]
pub const fn class_if(is: bool, name: &'static str) -> &'static str {
    if is { name } else { "" }
}

/// A drawing in the making.
pub struct Draw<'a> {
    /// Words, and where to send what happens.
    pub cx: &'a Context,
    /// The elements that are open, each with the children it has so far.
    open: Vec<(VTag, Vec<VNode>)>,
    /// The children of the innermost open element, or what stands outside of all.
    children: Vec<VNode>,
    /// The children that wait while a part beside them is drawn.
    waiting: Vec<Vec<VNode>>,
}

/// Makes a drawing.
pub fn drawn(cx: &Context, with: impl FnOnce(&mut Draw<'_>)) -> Html {
    let mut draw = Draw { cx, open: Vec::new(), children: Vec::new(), waiting: Vec::new() };
    with(&mut draw);
    list(draw.children)
}

fn list(children: Vec<VNode>) -> VNode {
    VNode::VList(Rc::new(VList::with_children(children, None)))
}

impl Draw<'_> {
    /// An element and what is drawn inside it.
    pub fn el(&mut self, name: &'static str, attrs: Attrs<'_>, inside: impl FnOnce(&mut Self)) {
        self.open(name, attrs.form, attrs.values);
        inside(self);
        self.close();
    }

    /// An element without attributes that holds only a text.
    pub fn plain(&mut self, name: &'static str, text: &str) {
        self.leaf(name, attrs![], text);
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        self.children.push(VNode::VText(VText::new(AttrValue::Rc(text.into()))));
    }

    /// A text of the page in the reader's language.
    pub fn say(&mut self, text: Text) {
        self.text(self.cx.text(text));
    }

    /// What takes one place among the children, whatever and how much of it is drawn.
    pub fn part(&mut self, inside: impl FnOnce(&mut Self)) {
        self.begin_part();
        inside(self);
        self.end_part();
    }

    /// A part with something for each of them.
    pub fn each<T>(&mut self, of: impl IntoIterator<Item = T>, mut one: impl FnMut(&mut Self, T)) {
        self.begin_part();
        for item in of {
            one(self, item);
        }
        self.end_part();
    }

    /// A part that is empty at times.
    pub fn when(&mut self, is: bool, inside: impl FnOnce(&mut Self)) {
        self.begin_part();
        if is {
            inside(self);
        }
        self.end_part();
    }

    /// What Yew made.
    pub fn put(&mut self, node: impl Into<VNode>) {
        self.children.push(node.into());
    }

    /// Tells the open element apart from its neighbours, so that it is compared with itself wherever it stands.
    pub fn key(&mut self, key: usize) {
        self.change(|tag| tag.key = Some(key.into()));
    }

    /// Sets what stands in the open field.
    pub fn value(&mut self, value: &str) {
        self.change(|tag| tag.set_value(AttrValue::Rc(value.into())));
    }

    /// Sets whether the open box is ticked.
    pub fn checked(&mut self, is: bool) {
        self.change(|tag| tag.set_checked(is));
    }

    /// A press of the open element says this.
    pub fn click(&mut self, message: Message) {
        self.on(Heard::Click, Then::Say(message));
    }

    /// A press of the open element says this, and nothing to the elements around it.
    pub fn click_here_only(&mut self, message: Message) {
        self.on(Heard::Click, Then::SayHereOnly(message));
    }

    /// Says this when the open element gets the focus.
    pub fn focus(&mut self, message: Message) {
        self.on(Heard::Focus, Then::Say(message));
    }

    /// Says this when the open box was ticked or cleared.
    pub fn ticked(&mut self, message: Message) {
        self.on(Heard::Change, Then::Say(message));
    }

    /// Says what the open list was set to.
    pub fn chosen(&mut self, message: impl Fn(String) -> Message + 'static) {
        self.on(Heard::Change, Then::Tell(Box::new(message)));
    }

    /// Says what stands in the open field after each change.
    pub fn typed(&mut self, message: impl Fn(String) -> Message + 'static) {
        self.on(Heard::Input, Then::Tell(Box::new(message)));
    }

    /// A mouse press leaves the focus where it is, so that the arrow keys go on stepping after a click. The keyboard
    /// still reaches the open element by Tab.
    pub fn keep_focus(&mut self) {
        self.on(Heard::MouseDown, Then::KeepFocus);
    }

    fn begin_part(&mut self) {
        self.waiting.push(std::mem::take(&mut self.children));
    }

    fn end_part(&mut self) {
        let before = self.waiting.pop().unwrap_or_default();
        let inside = std::mem::replace(&mut self.children, before);
        self.children.push(list(inside));
    }

    fn open(&mut self, name: &'static str, form: &'static str, values: &[Value<'_>]) {
        let mut tag = VTag::new(name);
        if !form.is_empty() {
            tag.set_attributes(attributes(form, values, self.cx));
        }
        self.open.push((tag, std::mem::take(&mut self.children)));
    }

    fn close(&mut self) {
        if let Some((mut tag, before)) = self.open.pop() {
            let children = std::mem::replace(&mut self.children, before);
            if let Some(inside) = tag.children_mut().filter(|_| !children.is_empty()) {
                *inside = list(children);
            }
            self.children.push(tag.into());
        }
    }

    fn on(&mut self, heard: Heard, then: Then) {
        let send = self.cx.send.clone();
        self.change(|tag| {
            tag.add_listener(Rc::new(On { heard, send, then }));
        });
    }

    /// Changes the open element.
    fn change(&mut self, with: impl FnOnce(&mut VTag)) {
        if let Some((tag, _)) = self.open.last_mut() {
            with(tag);
        }
    }
}

#[expect(
    clippy::inline_always,
    reason = "handed on whole, attributes would be put together in memory for each element"
)]
impl Draw<'_> {
    /// An element that holds only a text.
    #[inline(always)]
    pub fn leaf(&mut self, name: &'static str, attrs: Attrs<'_>, text: &str) {
        self.leaf_of(name, attrs.form, attrs.values, text);
    }

    /// An element that holds only a text of the page.
    #[inline(always)]
    pub fn word(&mut self, name: &'static str, attrs: Attrs<'_>, text: Text) {
        self.word_of(name, attrs.form, attrs.values, text);
    }

    /// An element with nothing in it.
    #[inline(always)]
    pub fn empty(&mut self, name: &'static str, attrs: Attrs<'_>) {
        self.empty_of(name, attrs.form, attrs.values);
    }

    fn leaf_of(&mut self, name: &'static str, form: &'static str, values: &[Value<'_>], text: &str) {
        self.open(name, form, values);
        self.text(text);
        self.close();
    }

    fn word_of(&mut self, name: &'static str, form: &'static str, values: &[Value<'_>], text: Text) {
        self.leaf_of(name, form, values, self.cx.text(text));
    }

    fn empty_of(&mut self, name: &'static str, form: &'static str, values: &[Value<'_>]) {
        self.open(name, form, values);
        self.close();
    }
}

/// A form taken apart.
#[derive(Clone, Copy)]
struct Parts {
    /// Where it stands. Forms are told apart by their place, which costs less than reading them.
    form: &'static str,
    names: &'static [&'static str],
    /// The values that are known.
    fixed: &'static [Option<&'static str>],
}

impl Parts {
    /// Of a form, which is taken apart when it is first met: there are only so many.
    fn of(form: &'static str) -> Self {
        thread_local!(static MET: RefCell<Vec<Parts>> = const { RefCell::new(Vec::new()) });
        MET.with_borrow_mut(|met| {
            let known = met.iter().find(|parts| std::ptr::eq(parts.form, form)).copied();
            known.unwrap_or_else(|| {
                let parts = Self::read(form);
                met.push(parts);
                parts
            })
        })
    }

    fn read(form: &'static str) -> Self {
        let (mut names, mut fixed) = (Vec::new(), Vec::new());
        for line in form.split_terminator('\n') {
            let (name, value) = line.split_once('=').map_or((line, None), |(name, value)| (name, Some(value)));
            names.push(name);
            fixed.push(value);
        }
        Self { form, names: names.leak(), fixed: fixed.leak() }
    }
}

/// The attributes of this form with these values.
fn attributes(form: &'static str, values: &[Value<'_>], cx: &Context) -> Attributes {
    let parts = Parts::of(form);
    let mut open = values.iter();
    let mut values = Vec::with_capacity(parts.names.len());
    for (name, fixed) in parts.names.iter().zip(parts.fixed) {
        values.push(match fixed {
            Some(fixed) => Some(AttributeOrProperty::Attribute(AttrValue::Static(fixed))),
            None => attribute(name, *open.next().unwrap_or(&Value::Unset), cx),
        });
    }
    Attributes::Dynamic { keys: parts.names, values: values.into() }
}

/// An attribute as Yew has it. The server's renderer writes only attributes out, so a fixed text is one as well.
fn attribute(name: &'static str, value: Value<'_>, cx: &Context) -> Option<AttributeOrProperty> {
    let value = match value {
        Value::Text(text) => AttrValue::Rc(text.into()),
        Value::Word(text) => AttrValue::Rc(cx.text(text).into()),
        Value::Number(number) => AttrValue::Rc(number.to_string().into()),
        Value::Flag(true) => AttrValue::Static(name),
        Value::Property(is) => return Some(AttributeOrProperty::Property(JsValue::from_bool(is))),
        Value::Flag(false) | Value::Unset => return None,
    };
    Some(AttributeOrProperty::Attribute(value))
}

/// What an event leads to.
enum Then {
    Say(Message),
    SayHereOnly(Message),
    Tell(Box<dyn Fn(String) -> Message>),
    KeepFocus,
}

/// What the page listens to. Yew's own list of kinds is long, and copying one of them asks for each.
#[derive(Clone, Copy)]
enum Heard {
    Change,
    Click,
    Focus,
    Input,
    MouseDown,
}

/// A listener of the page.
struct On {
    heard: Heard,
    send: Callback<Message>,
    then: Then,
}

impl Listener for On {
    fn kind(&self) -> ListenerKind {
        match self.heard {
            Heard::Change => ListenerKind::onchange,
            Heard::Click => ListenerKind::onclick,
            Heard::Focus => ListenerKind::onfocus,
            Heard::Input => ListenerKind::oninput,
            Heard::MouseDown => ListenerKind::onmousedown,
        }
    }

    fn handle(&self, event: web_sys::Event) {
        match &self.then {
            Then::Say(message) => self.send.emit(message.clone()),
            Then::SayHereOnly(message) => {
                event.stop_propagation();
                self.send.emit(message.clone());
            }
            Then::Tell(message) => self.send.emit(message(field(&event))),
            Then::KeepFocus => event.prevent_default(),
        }
    }

    fn passive(&self) -> bool {
        false
    }
}

/// What stands in the field that an event came from.
fn field(event: &web_sys::Event) -> String {
    let Some(target) = event.target() else { return String::new() };
    let input = target.dyn_ref().map(HtmlInputElement::value);
    let select = || target.dyn_ref().map(HtmlSelectElement::value);
    let area = || target.dyn_ref().map(HtmlTextAreaElement::value);
    input.or_else(select).or_else(area).unwrap_or_default()
}
