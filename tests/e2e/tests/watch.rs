//! The *Watch* room in a real browser, used by mouse and by keyboard as a reader uses it.

use std::time::Duration;

use serde_json::{Value, json};
use smtp_explainer_e2e::{Browser, Key};

/// Opens the first situation at its first step.
async fn at_the_beginning() -> Browser {
    let browser = Browser::start().await;
    browser.open("").await;
    browser.click("#first").await;
    browser.at(0).await;
    browser
}

#[tokio::test]
async fn the_buttons_step() {
    let browser = at_the_beginning().await;
    let (_, last) = browser.place().await;
    assert!(last >= 10, "a whole dialogue has more than {last} steps");
    browser.click("#next").await;
    browser.at(1).await;
    browser.click("#next").await;
    browser.at(2).await;
    browser.click("#back").await;
    browser.at(1).await;
    browser.click("#last").await;
    browser.at(last).await;
    assert!(browser.element(".outcome").await.is_displayed().await.expect("a shown outcome"));
    browser.click("#next").await;
    browser.at(last).await;
    browser.click("#first").await;
    browser.at(0).await;
    assert_eq!(browser.problems().await, []);
}

#[tokio::test]
async fn a_click_on_a_line_goes_there() {
    let browser = at_the_beginning().await;
    let click =
        "[...document.querySelectorAll('#transcript li')].find((row) => row.innerText.includes('RCPT TO:')).click()";
    browser.script(click).await;
    browser.at_row("RCPT TO:").await;
    assert!(browser.text(".explain").await.contains("RCPT"));
}

#[tokio::test]
async fn the_scrubber_goes_anywhere() {
    let browser = at_the_beginning().await;
    browser.script("const s = document.querySelector('#scrubber'); s.focus()").await;
    browser.press(Key::Right).await;
    browser.at(1).await;
    let said = browser.script("return document.querySelector('#scrubber').getAttribute('aria-valuetext')").await;
    assert!(said.as_str().is_some_and(|said| said.contains('2')), "counted from 1 for people: {said}");
}

#[tokio::test]
async fn playing_steps_by_itself_and_stops() {
    let browser = at_the_beginning().await;
    browser.click("#speed button[value=two]").await;
    browser.click("#play").await;
    browser.at(2).await;
    browser.click("#play").await;
    let (step, _) = browser.place().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(browser.place().await.0, step, "it plays on after a pause");
}

#[tokio::test]
async fn the_keys_step_with_the_focus_on_the_page() {
    let browser = at_the_beginning().await;
    let (_, last) = browser.place().await;
    browser.script("document.activeElement.blur()").await;
    let moves: [(char, u64); 9] = [
        (Key::Right.into(), 1),
        (Key::PageDown.into(), 2),
        (Key::Left.into(), 1),
        (Key::PageUp.into(), 0),
        (Key::End.into(), last),
        (Key::Home.into(), 0),
        ('9', last * 9 / 10),
        ('5', last * 5 / 10),
        ('0', 0),
    ];
    for (key, step) in moves {
        browser.press(key).await;
        let (at, _) = settled(&browser, step).await;
        assert!(at.abs_diff(step) <= 1, "{key:?} leads to {at}, not to {step}");
        if step == 0 || step == last {
            assert_eq!(at, step, "{key:?}");
        }
    }
}

#[tokio::test]
async fn shift_and_an_arrow_go_by_phase() {
    let browser = at_the_beginning().await;
    browser.script("document.activeElement.blur()").await;
    browser.press_all(&[Key::Shift.into(), Key::Right.into()]).await;
    browser.until("a phase is skipped", "return Number(document.querySelector('#scrubber').value) > 0").await;
    let (phase, _) = browser.place().await;
    let heading = "const row = document.querySelector('#transcript li[aria-current=step]');
                   return row.previousElementSibling.querySelector('h3') !== null";
    assert_eq!(browser.script(heading).await, json!(true), "step {phase} begins a phase");
    browser.press_all(&[Key::Shift.into(), Key::Left.into()]).await;
    browser.at(0).await;
}

#[tokio::test]
async fn letters_need_the_focus_in_the_player_and_can_be_turned_off() {
    let browser = at_the_beginning().await;
    let open = "return document.querySelector('#help').open";
    browser.script("document.querySelector('#next').focus()").await;
    browser.press('?').await;
    browser.until("the help is open", open).await;
    browser.press(Key::Escape).await;
    browser.until("the help is closed", "return !document.querySelector('#help').open").await;
    assert_eq!(browser.script("return document.activeElement.id").await, json!("next"), "the focus comes back");

    browser.click("#help-button").await;
    browser.until("the help is open", open).await;
    browser.click("#set-letters").await;
    browser.press(Key::Escape).await;
    browser.script("document.querySelector('#next').focus()").await;
    browser.press('?').await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(browser.script(open).await, json!(false), "letters are off");
}

#[tokio::test]
async fn the_address_follows_and_leads() {
    let browser = Browser::start().await;
    browser.open("").await;
    let situations = browser.situations().await;
    browser.click("#next").await;
    let (step, _) = browser.place().await;
    let held = format!("return location.hash.includes('step={}')", step + 1);
    browser.until("the address holds the step, counted from 1", &held).await;
    let link = browser.fragment().await;

    let choose = format!(
        "const list = document.querySelector('#situation'); list.value = {}; list.dispatchEvent(new Event('change', {{ bubbles: true }}))",
        Value::from(situations[1].as_str())
    );
    browser.script(&choose).await;
    browser.until("the address names the other", &format!("return location.hash.includes('/{}')", situations[1])).await;
    browser.client().back().await.expect("back");
    let shown = |id: &str| format!("return document.querySelector('#situation').value === {}", Value::from(id));
    browser.until("back shows the first", &shown(&situations[0])).await;
    browser.at(step).await;
    browser.client().forward().await.expect("forward");
    browser.until("forward shows the other", &shown(&situations[1])).await;

    browser.open(&link).await;
    browser.until("the link shows the first", &shown(&situations[0])).await;
    browser.at(step).await;
    assert_eq!(browser.problems().await, []);
}

/// The address of a step is written a moment later; a link that is followed in that moment is not undone by it.
#[tokio::test]
async fn a_link_followed_right_after_a_step_is_kept() {
    let browser = at_the_beginning().await;
    browser.click("#next").await;
    let follow = "const due = performance.now() + 400; while (performance.now() < due); location.hash = '#/s/own-25';";
    browser.script(follow).await;
    browser.until("the link is followed", "return document.querySelector('#situation').value === 'own-25'").await;
    browser.until("and is in the address", "return location.hash.startsWith('#/s/own-25')").await;
}

#[tokio::test]
async fn what_a_link_says_wrong_is_listed_and_the_page_is_there() {
    let browser = Browser::start().await;
    browser.open("").await;
    let first = browser.situations().await.swap_remove(0);
    let wrong = [
        "/s/no-such-situation".into(),
        "/nowhere".into(),
        "%E0%A4%A".into(),
        "<script>alert(1)</script>".into(),
        format!("/s/{first}?port=26"),
        format!("/s/{first}?step=many&op25b=perhaps"),
        format!("/s/{first}?step=99999999999999999999"),
        format!("/s/{first}?colour=blue"),
    ];
    for fragment in &wrong {
        browser.open(fragment).await;
        let notice = browser.text(".notice[role=alert]").await;
        assert!(notice.len() > 20, "{fragment}: {notice:?}");
        assert!(!browser.current_row().await.is_empty(), "{fragment}: a blank page");
    }
    browser.click(".notice button").await;
    browser.until("the notice is put away", "return document.querySelector('.notice') === null").await;
    assert_eq!(browser.problems().await, []);
}

#[tokio::test]
async fn another_port_runs_at_once_and_keeps_the_phase() {
    let browser = Browser::start().await;
    browser.open("").await;
    assert!(browser.current_row().await.contains("MAIL FROM:"));
    let said = browser.text("#said").await;

    browser.choose("port", "465").await;
    browser
        .until("465 is on", "return document.querySelector('#control-port [value=\"465\"]').ariaPressed === 'true'")
        .await;
    browser.at_row("MAIL FROM:").await;
    assert_ne!(browser.text("#said").await, said, "one sentence says what the change did");

    browser.choose("port", "25").await;
    browser.choose("op25b", "on").await;
    let blocked = "return document.querySelector('#transcript').innerText.includes('SYN')
                       && !document.querySelector('#transcript').innerText.includes('MAIL FROM')";
    browser.until("the SYNs are lost and no SMTP begins", blocked).await;
    browser.click("#last").await;
    assert!(browser.text(".outcome").await.contains("imed out"), "what the sender's program prints");

    browser.choose("op25b", "off").await;
    browser.until("SMTP begins", "return document.querySelector('#transcript').innerText.includes('MAIL FROM')").await;
    assert_eq!(browser.problems().await, []);
}

#[tokio::test]
async fn a_secret_is_veiled_until_it_is_revealed() {
    let browser = at_the_beginning().await;
    let secret = "return document.querySelector('#transcript').innerText.includes('••')";
    assert_eq!(browser.script(secret).await, json!(true), "a submission with AUTH has a secret");
    assert_eq!(browser.script("return document.querySelector('.decoded')").await, Value::Null);
    browser.click("#transcript .reveal").await;
    let decoded = browser.text("#transcript .decoded").await;
    assert!(!decoded.trim().is_empty());
    assert_eq!(browser.place().await.0, 0, "revealing is no step");
    browser.click("#transcript .reveal").await;
    browser.until("it is veiled again", "return document.querySelector('#transcript .decoded') === null").await;
}

#[tokio::test]
async fn the_rest_of_the_clauses_comes_on_request_and_stays_over_steps() {
    const SHOWN: &str = "return document.querySelector('#explanation > :not(.waiting) .strata').children.length";
    const REST: &str = "#explanation > :not(.waiting) .strata + .disclose";
    let browser = Browser::start().await;
    browser.open("").await;
    let at_first = browser.script(SHOWN).await.as_u64().expect("a number");
    browser.click(REST).await;
    browser.until("all are there", &format!("{SHOWN} > {at_first}")).await;
    browser.click("#next").await;
    browser.click("#back").await;
    browser.until("they stay", &format!("{SHOWN} > {at_first}")).await;
    browser.click(REST).await;
    browser.until("the first ones are left", &format!("{SHOWN} === {at_first}")).await;
    assert_eq!(browser.problems().await, []);
}

#[tokio::test]
async fn the_explanations_beside_a_step_are_ready_and_out_of_reach() {
    const WAITING: &str = "[...document.querySelectorAll('.waiting h2')].map((h) => h.textContent)";
    const SEEN: &str = "return [...document.querySelectorAll('.waiting *')].filter((e) =>
        e.checkVisibility({ visibilityProperty: true })).length";
    const FOCUSED: &str = "return [...document.querySelectorAll('.waiting button, .waiting a')].filter((e) =>
        (e.focus(), document.activeElement === e)).length";
    let browser = at_the_beginning().await;
    // So far those beside the place where the page opened may wait, and none of them is wanted after a step.
    let before = browser.script(&format!("return {WAITING}")).await;
    browser.click("#next").await;
    let ready = format!("const now = {WAITING}; return now.length === 2 && !now.some((h) => {before}.includes(h))");
    browser.until("both sides are ready", &ready).await;
    let ready = browser.script(&format!("return {WAITING}")).await;
    assert_eq!((browser.script(SEEN).await, browser.script(FOCUSED).await), (json!(0), json!(0)));
    browser.click("#next").await;
    let shown = browser.text("#explanation > :not(.waiting) h2").await;
    assert!(ready.as_array().is_some_and(|ready| ready.contains(&json!(shown))), "{shown} was not ready: {ready}");
    // Who stands on a button of an explanation that goes stands in the one that comes.
    browser.script("document.querySelector('#explanation > :not(.waiting) :is(a, button)').focus()").await;
    browser.script("document.querySelector('#back').click()").await;
    browser.until("the focus stays", "return document.activeElement.id === 'explanation'").await;
    assert_eq!(browser.problems().await, []);
}

#[tokio::test]
async fn what_comes_next_can_be_hidden() {
    let browser = at_the_beginning().await;
    assert!(browser.text("#transcript").await.contains("MAIL FROM"));
    browser.click("#hide-ahead").await;
    browser
        .until("it is hidden", "return !document.querySelector('#transcript').innerText.includes('MAIL FROM')")
        .await;
    browser.click("#last").await;
    browser.until("all is past", "return document.querySelector('#transcript').innerText.includes('MAIL FROM')").await;
}

#[tokio::test]
async fn a_cell_of_the_map_opens_its_run() {
    let browser = Browser::start().await;
    browser.open("").await;
    browser.click("nav a:nth-of-type(2)").await;
    let table = browser.element(".map table").await;
    assert!(table.is_displayed().await.expect("a shown table"));
    let cells = browser.script("return document.querySelectorAll('.map td a').length").await;
    assert!(cells.as_u64().is_some_and(|cells| cells >= 12), "destinations times ports times the block: {cells}");
    browser.click(".map td.bad a").await;
    browser.element("#transcript").await;
    let (step, last) = browser.place().await;
    assert!(step > 0 && step <= last, "at the event that decided it: {step} of {last}");
    browser.client().back().await.expect("back");
    browser.element(".map table").await;
    assert_eq!(browser.problems().await, []);
}

#[tokio::test]
async fn the_keyboard_reaches_everything_and_leaves_again() {
    const FOCUS: &str = "const e = document.activeElement; const s = getComputedStyle(e);
        return { is_body: e === document.body, name: e.id || e.className || e.tagName,
                 order: [...document.querySelectorAll('*')].indexOf(e),
                 is_seen: s.outlineStyle !== 'none' || s.boxShadow !== 'none' }";
    let browser = Browser::start().await;
    browser.open("").await;
    let (mut seen, mut orders): (Vec<String>, Vec<u64>) = (Vec::new(), Vec::new());
    for _ in 0..120 {
        browser.press(Key::Tab).await;
        let focus = browser.script(FOCUS).await;
        let order = focus["order"].as_u64().expect("an element has the focus");
        if focus["is_body"] == json!(true) || orders.first() == Some(&order) {
            break;
        }
        let name = focus["name"].as_str().unwrap_or_default().to_owned();
        assert_eq!(focus["is_seen"], json!(true), "no visible focus on {name}");
        seen.push(name);
        orders.push(order);
    }
    assert!(orders.is_sorted(), "the focus goes as the page is read: {seen:?}");
    for wanted in ["situation", "transcript", "explanation", "scrubber", "theme", "help-button"] {
        assert!(seen.iter().any(|name| name == wanted), "Tab does not reach {wanted}: {seen:?}");
    }
    let on_toolbar = seen.iter().filter(|name| ["first", "back", "play", "next", "last"].contains(&name.as_str()));
    assert_eq!(on_toolbar.count(), 1, "the toolbar is one Tab stop: {seen:?}");
    assert!(seen.len() < 120, "Tab does not leave the page: {seen:?}");

    // Inside the toolbar the arrows move the focus and step nothing.
    let (step, _) = browser.place().await;
    browser.script("document.querySelector('.toolbar [tabindex=\"0\"]').focus()").await;
    browser.press(Key::Home).await;
    browser.press(Key::Right).await;
    assert_eq!(browser.script("return document.activeElement.id").await, json!("back"));
    assert_eq!(browser.place().await.0, step);
    browser.press(Key::Enter).await;
    browser.at(step - 1).await;
}

/// Waits a little for a step; whoever calls compares.
async fn settled(browser: &Browser, step: u64) -> (u64, u64) {
    for _ in 0..50 {
        let place = browser.place().await;
        if place.0 == step {
            return place;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    browser.place().await
}
