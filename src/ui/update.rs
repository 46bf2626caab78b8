//! What follows from what happened: the next state, and what the browser has to do about it.
//!
//! No Yew and no browser: effects are data, so that a test can read them.

use std::rc::Rc;

use crate::gather::Gather as _;
use crate::knowledge::{Knowledge, Text};
use crate::present::{Go, Player};
use crate::ui::header::Room;
use crate::ui::later::Speech;
use crate::ui::message::Message;
use crate::ui::model::{Model, map_network};
use crate::ui::settings::{Settings, Theme};
use crate::ui::transport::BUTTONS;

/// Something for the browser to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Have this spoken.
    Announce(String),
    /// Show the page in this theme.
    ApplyTheme(Theme),
    /// Put the link to this fragment on the clipboard.
    CopyLink(String),
    /// Lay out the explanation that has been made ahead.
    Fit,
    /// Give the focus to the element with this id.
    Focus(&'static str),
    /// Whatever the address bar holds now is known.
    KnowAddress,
    /// Fetch this language.
    LoadLanguage(String),
    /// Open the help.
    OpenHelp,
    /// Make a new entry of the history with this fragment.
    PushFragment(String),
    /// Put this fragment into the present entry of the history.
    ReplaceFragment(String),
    /// Say which language the page is in.
    SetLanguage(String),
    /// Set the window's title.
    SetTitle(String),
    /// Bring the row that begins at this step into sight, and begin the explanation at its top.
    ShowStep(usize),
    /// Strike every so many milliseconds.
    StartClock(u32),
    /// Strike no more.
    StopClock,
    /// Keep the settings for the next visit.
    Store(Settings),
}

/// Takes what happened into the state.
pub fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    if !is_about_the_place(&message) {
        model.edition = model.edition.wrapping_add(1);
    }
    if message != Message::Rested {
        model.later.begin_anew();
    }
    match message {
        Message::ChoseStep(step) => went(model, Go::To(step)),
        Message::PressedBack => went(model, Go::Back),
        Message::PressedFirst => went(model, Go::First),
        Message::PressedLast => went(model, Go::Last),
        Message::PressedNext => went(model, Go::Next),
        Message::PressedNextPhase => went(model, Go::NextPhase),
        Message::PressedPercent(percent) => went(model, Go::Percent(percent)),
        Message::PressedPreviousPhase => went(model, Go::PreviousPhase),
        Message::PressedPlay => played(model),
        Message::TimePassed => time_passed(model),
        Message::ChoseSituation(id) => chose_situation(model, &id),
        Message::ChoseValue { key, value } => chose(model, &key, &value, Address::New),
        Message::TypedValue { key, value } => chose(model, &key, &value, Address::Same),
        Message::ChoseNetwork(network) => chose_network(model, network),
        Message::FragmentChanged(fragment) => fragment_changed(model, &fragment),
        Message::ChoseLanguage(tag) => vec![Effect::LoadLanguage(tag)],
        Message::LanguageArrived(words) => language_arrived(model, words),
        Message::PressedCopyLink => vec![Effect::CopyLink(model.fragment())],
        Message::CopiedLink(worked) => copied(model, worked),
        Message::PressedEscape => escaped(model),
        Message::OpenedHelp => vec![Effect::OpenHelp],
        Message::MovedInToolbar(button) => moved_in_toolbar(model, button),
        Message::Rested => rested(model),
        Message::RememberedSettings(settings) => {
            model.settings = settings;
            Vec::new()
        }
        other => switched(model, &other),
    }
}

/// Does it change nothing but the reader's place in the run, and what is open there?
fn is_about_the_place(message: &Message) -> bool {
    matches!(
        message,
        Message::ChoseStep(_)
            | Message::CopiedLink(_)
            | Message::MovedInToolbar(_)
            | Message::PressedBack
            | Message::PressedCopyLink
            | Message::PressedFirst
            | Message::PressedLast
            | Message::PressedNext
            | Message::PressedNextPhase
            | Message::PressedPercent(_)
            | Message::PressedPlay
            | Message::PressedPreviousPhase
            | Message::Rested
            | Message::TimePassed
            | Message::ToggledDiagram
            | Message::ToggledReveal(_)
            | Message::ToggledStratum(_)
    )
}

/// Whatever only turns a switch of the page itself.
fn switched(model: &mut Model, message: &Message) -> Vec<Effect> {
    let before = model.settings;
    match *message {
        Message::ChoseSpeed(speed) => model.settings.speed = speed,
        Message::ChoseTheme(theme) => model.settings.theme = theme,
        Message::DismissedNotice => model.notices.clear(),
        Message::LanguageFailed => model.notices.push(model.words.text(Text::LanguageFailed).into()),
        Message::ToggledDiagram => {
            model.diagram_open = !model.diagram_open;
            model.refresh_explanation();
        }
        Message::ToggledHideAhead => model.settings.hide_ahead = !before.hide_ahead,
        Message::ToggledLetters => model.settings.letters = !before.letters,
        Message::ToggledMore => model.more = !model.more,
        Message::ToggledReveal(step) => {
            let revealed = Rc::make_mut(&mut model.revealed);
            match revealed.binary_search(&step) {
                Ok(at) => drop(revealed.remove(at)),
                Err(at) => revealed.insert(at, step),
            }
        }
        Message::ToggledStratum(id) => model.strata.toggle(id),
        _ => {}
    }
    let mut effects = Vec::new();
    if model.settings != before {
        effects.push(Effect::Store(model.settings));
    }
    if model.settings.theme != before.theme {
        effects.push(Effect::ApplyTheme(model.settings.theme));
    }
    if model.settings.speed != before.speed && model.playing {
        effects.push(Effect::StartClock(model.settings.speed.step_ms()));
    }
    effects
}

/// The reader went somewhere, and the player leaves the lead to the reader.
fn went(model: &mut Model, to: Go) -> Vec<Effect> {
    let mut effects = paused(model);
    effects.push(moved(model, to));
    model.later.say(Speech::Step);
    effects
}

fn moved(model: &mut Model, to: Go) -> Effect {
    model.player.go(to);
    model.copied = None;
    model.refresh_step();
    model.later.write();
    Effect::ShowStep(model.row())
}

/// There is time for what could wait, and to prepare one of the steps beside this one.
fn rested(model: &mut Model) -> Vec<Effect> {
    let due = model.later.rest();
    let speech = due.speech.map(|speech| match speech {
        Speech::Step => model.watch.step.announcement.clone(),
        Speech::Words(words) => words,
    });
    let effects = [
        due.address.then(|| Effect::ReplaceFragment(model.fragment())),
        speech.map(Effect::Announce),
        model.prepare().then_some(Effect::Fit),
    ];
    effects.into_iter().flatten().gather()
}

fn paused(model: &mut Model) -> Vec<Effect> {
    if std::mem::take(&mut model.playing) { vec![Effect::StopClock] } else { Vec::new() }
}

fn played(model: &mut Model) -> Vec<Effect> {
    if model.playing {
        model.later.say(Speech::Step);
        return paused(model);
    }
    let mut effects = Vec::new();
    if model.is_at_end() {
        effects.push(moved(model, Go::First));
    }
    model.playing = true;
    effects.push(Effect::StartClock(model.settings.speed.step_ms()));
    effects
}

fn time_passed(model: &mut Model) -> Vec<Effect> {
    if !model.playing {
        return vec![Effect::StopClock];
    }
    let mut effects = vec![moved(model, Go::Next)];
    if model.is_at_end() {
        effects.extend(paused(model));
    }
    // Fast play would only stammer; the step where it ends is spoken.
    if !model.settings.speed.is_fast() || !model.playing {
        model.later.say(Speech::Step);
    }
    effects
}

fn chose_situation(model: &mut Model, id: &str) -> Vec<Effect> {
    model.player.situation(id);
    reran(model, Address::New)
}

fn chose(model: &mut Model, key: &str, value: &str, address: Address) -> Vec<Effect> {
    model.player.choose(key, value, &model.words);
    reran(model, address)
}

/// Where another run stands in the history.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Address {
    /// In an entry of its own.
    New,
    /// In place of the one before: every letter of a word makes a run.
    Same,
}

/// Another run: what was revealed belonged to the old one.
fn reran(model: &mut Model, address: Address) -> Vec<Effect> {
    let mut effects = paused(model);
    model.revealed = Rc::default();
    model.copied = None;
    model.refresh();
    match address {
        Address::New => effects.push(pushed(model)),
        Address::Same => model.later.write(),
    }
    model.later.say(news(model));
    effects.extend([Effect::SetTitle(model.title()), Effect::ShowStep(model.row())]);
    effects
}

fn chose_network(model: &mut Model, network: String) -> Vec<Effect> {
    model.network = network;
    model.refresh();
    model.later.say(news(model));
    vec![pushed(model)]
}

/// What a change comes to: the run's end, or the map's answer.
fn news(model: &Model) -> Speech {
    Speech::Words(match (model.room, &model.map) {
        (Room::Map, Some(map)) => map.answer.clone(),
        _ => format!("{} {}", model.watch.bar.verdict, model.watch.bar.said),
    })
}

/// A new entry of the history: nothing else waits to be written.
fn pushed(model: &mut Model) -> Effect {
    model.later.forget_address();
    Effect::PushFragment(model.fragment())
}

fn fragment_changed(model: &mut Model, fragment: &str) -> Vec<Effect> {
    model.later.forget_address();
    if fragment == model.fragment() {
        return vec![Effect::KnowAddress];
    }
    let mut effects = paused(model);
    effects.push(Effect::KnowAddress);
    if let Some(network) = map_network(fragment) {
        model.room = Room::Map;
        model.network = network;
    } else {
        model.room = Room::Watch;
        // Coming back from the map to the same run keeps it, with whatever was being typed.
        if fragment != model.player.fragment() {
            let (player, notices) = Player::open(fragment, model.player.built_in(), &model.words);
            (model.player, model.notices) = (player, notices);
            model.revealed = Rc::default();
        }
    }
    model.copied = None;
    model.refresh();
    model.later.say(news(model));
    effects.push(Effect::SetTitle(model.title()));
    if model.room == Room::Watch {
        effects.push(Effect::ShowStep(model.row()));
    }
    effects
}

fn language_arrived(model: &mut Model, words: Rc<Knowledge>) -> Vec<Effect> {
    model.words = words;
    model.map = None;
    model.watch = Rc::new(model.player.watch(&model.words));
    model.refresh();
    vec![Effect::SetLanguage(model.words.lang().to_owned()), Effect::SetTitle(model.title())]
}

fn copied(model: &mut Model, worked: bool) -> Vec<Effect> {
    model.copied = Some(worked);
    let words = if worked { Text::LinkCopied } else { Text::LinkNotCopied };
    model.later.say(Speech::Words(model.words.text(words).to_owned()));
    Vec::new()
}

fn escaped(model: &mut Model) -> Vec<Effect> {
    if !model.playing {
        model.more = false;
    }
    paused(model)
}

fn moved_in_toolbar(model: &mut Model, button: usize) -> Vec<Effect> {
    model.tab_stop = button.min(BUTTONS.len() - 1);
    BUTTONS.get(model.tab_stop).map(|id| Effect::Focus(id)).into_iter().gather()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::knowledge::embedded;
    use crate::simulation::BuiltIn;
    use crate::ui::settings::Speed;

    fn open(fragment: &str) -> Model {
        let words = Knowledge::from_json(embedded("en").expect("English")).expect("well formed");
        let built_in = Arc::new(BuiltIn::read().expect("the built-in scenarios"));
        Model::open(fragment, &built_in, Rc::new(words), Rc::default())
    }

    /// What the page says and writes once the reader rests.
    fn at_rest(model: &mut Model) -> Vec<Effect> {
        let mut effects = update(model, Message::Rested);
        effects.extend(update(model, Message::Rested));
        effects.retain(|effect| *effect != Effect::Fit);
        effects
    }

    #[test]
    fn a_step_is_shown_spoken_and_written_into_the_address() {
        let mut model = open("");
        let before = model.player.step();
        assert_eq!(update(&mut model, Message::PressedNext), [Effect::ShowStep(before + 1)]);
        assert_eq!(model.player.step(), before + 1);
        assert_eq!(model.watch.transport.step, before + 1);
        let spoken = Effect::Announce(model.watch.step.announcement.clone());
        assert_eq!(at_rest(&mut model), [Effect::ReplaceFragment(model.fragment()), spoken]);
        assert!(at_rest(&mut model).is_empty(), "said and written once");
        assert!(!model.is_waiting());
    }

    #[test]
    fn who_steps_on_is_told_of_the_last_step_alone() {
        let mut model = open("");
        for _ in 0..4 {
            update(&mut model, Message::PressedNext);
            assert!(!update(&mut model, Message::Rested).iter().any(|effect| matches!(effect, Effect::Announce(_))));
        }
        let spoken = Effect::Announce(model.watch.step.announcement.clone());
        assert!(update(&mut model, Message::Rested).contains(&spoken));
    }

    #[test]
    fn who_rests_finds_the_steps_beside_ready() {
        let mut model = open("");
        let here = model.player.step();
        assert_eq!(model.to_prepare(), Some(here + 1));
        assert_eq!(update(&mut model, Message::Rested), [Effect::Fit]);
        update(&mut model, Message::Rested);
        assert_eq!(model.to_prepare(), None);
        let next = model.ahead.get(here + 1).map(|ready| Arc::clone(&ready.step)).expect("the next is ready");
        update(&mut model, Message::PressedNext);
        assert!(Arc::ptr_eq(&model.watch.step, &next), "it is shown as it was made");
        assert_eq!(*next, model.player.step_at(here + 1, &model.words));
        assert_eq!(model.to_prepare(), Some(here + 2));
    }

    #[test]
    fn another_run_leaves_nothing_ready_of_the_old_one() {
        let mut model = open("");
        update(&mut model, Message::Rested);
        update(&mut model, Message::ChoseValue { key: "port".into(), value: "25".into() });
        let here = model.player.step();
        assert_eq!(model.ahead.slots().iter().flatten().map(|ready| ready.at).collect::<Vec<_>>(), [here]);
        assert!(Arc::ptr_eq(&model.ahead.get(here).expect("it is shown").step, &model.watch.step));
    }

    #[test]
    fn with_the_diagram_opened_everything_ready_is_made_anew() {
        let mut model = open("");
        let here = model.player.step();
        update(&mut model, Message::Rested);
        update(&mut model, Message::ToggledDiagram);
        assert!(model.ahead.get(here).is_some_and(|ready| ready.diagram.is_some()), "the diagram is open");
        assert!(model.ahead.get(here + 1).is_none(), "what was made without it is made anew");
        update(&mut model, Message::FragmentChanged("#/map".into()));
        assert_eq!(model.to_prepare(), None, "the map has no explanation");
    }

    #[test]
    fn play_runs_to_the_end_and_begins_again_from_there() {
        let mut model = open("");
        update(&mut model, Message::PressedFirst);
        assert_eq!(update(&mut model, Message::PressedPlay), [Effect::StartClock(Speed::One.step_ms())]);
        let steps = model.player.steps();
        for step in 1..steps {
            assert!(model.playing, "it plays until the last step");
            let effects = update(&mut model, Message::TimePassed);
            assert_eq!(model.player.step(), step);
            assert_eq!(effects.contains(&Effect::StopClock), step + 1 == steps);
            let spoken = Effect::Announce(model.watch.step.announcement.clone());
            assert!(at_rest(&mut model).contains(&spoken), "every step is spoken");
        }
        assert!(!model.playing);
        assert_eq!(update(&mut model, Message::TimePassed), [Effect::StopClock], "a late stroke moves nothing");
        assert_eq!(model.player.step() + 1, steps);
        update(&mut model, Message::PressedPlay);
        assert!(model.playing && model.player.step() == 0);
    }

    #[test]
    fn fast_play_is_silent_until_it_stops() {
        let mut model = open("");
        update(&mut model, Message::PressedFirst);
        at_rest(&mut model);
        update(&mut model, Message::ChoseSpeed(Speed::Two));
        update(&mut model, Message::PressedPlay);
        update(&mut model, Message::TimePassed);
        assert_eq!(at_rest(&mut model), [Effect::ReplaceFragment(model.fragment())]);
        assert_eq!(update(&mut model, Message::PressedPlay), [Effect::StopClock]);
        assert_eq!(at_rest(&mut model), [Effect::Announce(model.watch.step.announcement.clone())]);
    }

    #[test]
    fn another_speed_takes_hold_while_it_plays() {
        let mut model = open("");
        update(&mut model, Message::PressedFirst);
        update(&mut model, Message::PressedPlay);
        let effects = update(&mut model, Message::ChoseSpeed(Speed::Half));
        assert_eq!(effects, [Effect::Store(model.settings), Effect::StartClock(Speed::Half.step_ms())]);
        assert!(update(&mut model, Message::ChoseSpeed(Speed::Half)).is_empty(), "nothing changed");
    }

    #[test]
    fn who_steps_by_hand_takes_the_lead() {
        let mut model = open("");
        update(&mut model, Message::PressedFirst);
        update(&mut model, Message::PressedPlay);
        assert!(update(&mut model, Message::PressedNext).contains(&Effect::StopClock));
        assert!(!model.playing);
    }

    #[test]
    fn a_choice_makes_an_entry_of_the_history_and_typing_does_not() {
        let mut model = open("");
        let chosen = Message::ChoseValue { key: "port".into(), value: "25".into() };
        let effects = update(&mut model, chosen);
        assert!(effects.contains(&Effect::PushFragment(model.fragment())), "{effects:?}");
        assert!(model.fragment().contains("port=25"));
        at_rest(&mut model);
        let typed = Message::TypedValue { key: "sender".into(), value: "alice@@example.com".into() };
        let effects = update(&mut model, typed);
        assert!(!effects.contains(&Effect::PushFragment(model.fragment())), "{effects:?}");
        assert_eq!(at_rest(&mut model).first(), Some(&Effect::ReplaceFragment(model.fragment())));
    }

    #[test]
    fn another_run_veils_its_secrets_again() {
        let mut model = open("");
        update(&mut model, Message::ToggledReveal(3));
        assert!(model.revealed.contains(&3));
        update(&mut model, Message::ToggledReveal(3));
        assert!(model.revealed.is_empty());
        update(&mut model, Message::ToggledReveal(3));
        update(&mut model, Message::ChoseValue { key: "port".into(), value: "25".into() });
        assert!(model.revealed.is_empty());
    }

    #[test]
    fn the_map_and_back_keep_the_run() {
        let mut model = open("");
        update(&mut model, Message::PressedNext);
        let run = model.fragment();
        update(&mut model, Message::FragmentChanged("#/map".into()));
        assert_eq!(model.room, Room::Map);
        assert!(model.map.is_some());
        let effects = update(&mut model, Message::ChoseNetwork("home-static".into()));
        assert!(effects.contains(&Effect::PushFragment("#/map?network=home-static".into())));
        update(&mut model, Message::FragmentChanged(run.clone()));
        assert_eq!((model.room, model.fragment()), (Room::Watch, run));
    }

    #[test]
    fn what_a_link_says_wrong_becomes_a_notice_that_goes_when_read() {
        let mut model = open("#/s/no-such-situation?colour=green");
        assert!(!model.notices.is_empty());
        assert!(!model.watch.rows.is_empty(), "never a blank page");
        update(&mut model, Message::DismissedNotice);
        assert!(model.notices.is_empty());
    }

    #[test]
    fn the_fragment_that_is_shown_already_changes_nothing() {
        let mut model = open("");
        let here = model.fragment();
        assert_eq!(update(&mut model, Message::FragmentChanged(here)), [Effect::KnowAddress]);
    }

    #[test]
    fn a_link_that_is_followed_is_not_written_over() {
        let mut model = open("");
        update(&mut model, Message::PressedNext);
        update(&mut model, Message::FragmentChanged("#/map".into()));
        let answer = model.map.as_ref().map(|map| map.answer.clone()).expect("the map is open");
        assert_eq!(at_rest(&mut model), [Effect::Announce(answer)], "told of the room that came, and nothing written");
        update(&mut model, Message::FragmentChanged("#/s/pear-25".into()));
        let bar = &model.watch.bar;
        let outcome = Effect::Announce(format!("{} {}", bar.verdict, bar.said));
        assert_eq!(at_rest(&mut model), [outcome]);
    }

    #[test]
    fn settings_are_kept_and_the_theme_is_shown() {
        let mut model = open("");
        let effects = update(&mut model, Message::ChoseTheme(Theme::Dark));
        assert_eq!(effects, [Effect::Store(model.settings), Effect::ApplyTheme(Theme::Dark)]);
        let effects = update(&mut model, Message::ToggledLetters);
        assert_eq!(effects, [Effect::Store(model.settings)]);
        assert!(!model.rules().letters);
    }

    #[test]
    fn escape_pauses_first_and_then_closes() {
        let mut model = open("");
        update(&mut model, Message::PressedFirst);
        update(&mut model, Message::ToggledMore);
        update(&mut model, Message::PressedPlay);
        assert_eq!(update(&mut model, Message::PressedEscape), [Effect::StopClock]);
        assert!(model.more && !model.playing);
        update(&mut model, Message::PressedEscape);
        assert!(!model.more);
    }

    #[test]
    fn a_step_leaves_the_rest_standing_still_and_a_choice_does_not() {
        let mut model = open("");
        let before = model.edition;
        let steps = [Message::PressedNext, Message::PressedLast, Message::ChoseStep(2)];
        for message in steps.into_iter().chain([Message::Rested, Message::ToggledReveal(2)]) {
            update(&mut model, message);
        }
        assert_eq!(model.edition, before);
        for message in [Message::ToggledMore, Message::ChoseTheme(Theme::Dark), Message::DismissedNotice] {
            let before = model.edition;
            update(&mut model, message);
            assert_ne!(model.edition, before);
        }
        let before = model.edition;
        update(&mut model, Message::ChoseValue { key: "port".into(), value: "25".into() });
        assert_ne!(model.edition, before);
    }

    #[test]
    fn the_toolbar_has_one_tab_stop() {
        let mut model = open("");
        assert_eq!(update(&mut model, Message::MovedInToolbar(4)), [Effect::Focus("last")]);
        assert_eq!(model.tab_stop, 4);
        update(&mut model, Message::MovedInToolbar(99));
        assert_eq!(model.tab_stop, 4);
    }
}
