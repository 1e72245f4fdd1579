"""The sandbox in a real browser, used as a person uses it: typing, reading, pressing keys."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright

from local.aws import Aws
from local.scenarios import load, simulation
from tests.conftest import onboard
from tests.e2e.house import ROOT, RunningHouse, new_customer

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync"
    " --disable-background-networking --disable-component-update"
).split()
ARTEFACTS = ROOT / ".local/artefacts"
DESKTOP, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
#: Milliseconds that anything on the page may take.
PATIENCE = 45_000

#: What is operated, by its role in the accessibility tree.
CONTROLS = "button|link|textbox|combobox|tab|checkbox|radio|meter|timer"
NAMELESS = re.compile(rf"^\s*- (?:{CONTROLS})\b(?! [\"/])", re.MULTILINE)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = subprocess.run(
        ["sh", "local/find_browser.sh"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as driver:
        yield driver.chromium.launch(executable_path=found.stdout.strip(), args=FLAGS)


@pytest.fixture
def page(browser: Browser, house: RunningHouse) -> Iterator[Page]:
    """A visit that must end without a complaint, and without having asked anybody else."""
    context = browser.new_context(locale="es-CO", viewport=DESKTOP)
    page = context.new_page()
    complaints: list[str] = []
    strangers: list[str] = []
    page.on("console", lambda said: complaints.append(f"{said.type}: {said.text}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: strangers.append(request.url))
    page.set_default_timeout(PATIENCE)
    open_sandbox(page, house, house.ready["phone_number_id"])
    yield page
    context.close()
    assert complaints == []
    home = urlsplit(house.ready["api"]).netloc
    assert [url for url in strangers if urlsplit(url).netloc != home] == []


def open_sandbox(page: Page, house: RunningHouse, number: str) -> None:
    page.goto(f"{house.ready['api']}/sandbox?number={number}&customer={new_customer()}")


def say(page: Page, text: str) -> None:
    """Type it like a person, and wait until all of the answer has been read."""
    page.get_by_label("Mensaje", exact=True).press_sequentially(text, delay=2)
    page.keyboard.press("Enter")
    expect(page.locator(".inbound .text").last).to_have_text(text)
    expect(page.locator(".thread > article:last-child.outbound.read")).to_be_visible()


def section(page: Page, title: str) -> Locator:
    return page.get_by_role("region", name=title)


def assert_every_control_has_a_name(page: Page) -> None:
    tree = page.locator("body").aria_snapshot()
    assert "button" in tree
    assert NAMELESS.findall(tree) == []


def test_whoever_buys_two_in_the_sandbox_sees_the_order_and_the_timers_stop(page: Page) -> None:
    state, timer = section(page, "Estado"), section(page, "Temporizador")
    say(page, "Hola, qué precio tiene?")
    expect(page.locator(".outbound").filter(has_text="$77.900")).to_be_visible()
    say(page, "quiero comprar")
    expect(timer).to_contain_text("Recordar que faltan los datos")
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^\d+:\d\d$"))
    say(page, "Ana Gómez, 3001112233, Calle 5 # 3-20, Cali")
    expect(state).to_contain_text("Ana")
    say(page, "quiero el de 2x")
    expect(timer).to_contain_text("Esperar que confirme el pedido")
    say(page, "sí, confirmo")

    expect(state.locator(".order")).to_contain_text("$109.900 COP")
    expect(state.locator(".order")).to_contain_text("Confirmado")
    expect(state.get_by_role("listitem").filter(has_text="Pedido confirmado")).to_have_attribute(
        "aria-current", "step"
    )
    expect(timer).to_contain_text("Ninguno en marcha; el último se detuvo: el cliente ya pidió.")
    expect(page.get_by_role("status")).to_contain_text("Pedido: $109.900 COP")
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTEFACTS / "sandbox-order.png")
    assert_every_control_has_a_name(page)
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.screenshot(path=ARTEFACTS / "sandbox-order-phone.png", full_page=True)


def test_a_timer_is_advanced_and_follows_up_at_once_as_it_would_have(page: Page) -> None:
    timer = section(page, "Temporizador")
    say(page, "quiero comprar")
    before = page.locator(".outbound").count()
    timer.get_by_role("button", name="Adelantar hasta que venza").click()
    expect(page.locator(".outbound")).to_have_count(before + 1)
    expect(timer).to_contain_text("Ninguno en marcha; el último venció: se le recordó al cliente.")


def test_whoever_has_given_enough_is_offered_the_packs_as_soon_as_the_timer_is_advanced(
    page: Page,
) -> None:
    say(page, "quiero comprar")
    say(page, "Ana Gómez, 3001112233, Calle 5 # 3-20, Cali")
    timer = section(page, "Temporizador")
    expect(timer).to_contain_text("Nivel 2")
    timer.get_by_role("button", name="Adelantar hasta que venza").click()
    expect(timer).to_contain_text("Nivel 3", timeout=20_000)
    expect(timer).to_contain_text("Venció: se ofrecieron las promociones")


def test_the_pace_is_chosen_on_the_page_and_what_waits_begins_anew(
    page: Page, house: RunningHouse
) -> None:
    shop = onboard(house.ready["functions_database_url"], response_speed="0")
    aws = Aws(house.ready["aws_endpoint_url"])
    aws.create_secret(f"morfx/whatsapp/{shop.phone_number_id}", {"access_token": uuid4().hex})
    open_sandbox(page, house, shop.phone_number_id)
    say(page, "quiero comprar")
    fast = page.get_by_role("button", name="Instantáneo")
    expect(fast).to_have_attribute("aria-pressed", "false")
    fast.click()
    expect(fast).to_have_attribute("aria-pressed", "true")
    expect(section(page, "Temporizador")).to_contain_text("Venció: se le recordó al cliente")


def test_panels_are_opened_with_the_keyboard_and_keep_the_focus_while_news_comes(
    page: Page,
) -> None:
    say(page, "Hola, qué precio tiene?")
    page.get_by_role("tab", name="Intención").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Prueba")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Prueba")).to_contain_text("Midió su certeza")
    expect(page.get_by_role("tabpanel", name="Intención")).to_be_hidden()
    page.keyboard.press("End")
    expect(page.get_by_role("tabpanel", name="Eventos")).to_contain_text("El agente respondió")
    button = page.get_by_role("button", name="Silenciar 30 minutos")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Devolver al bot")).to_be_visible()
    rest = page.get_by_role("button", name="Pasar a una persona")
    rest.focus()
    page.evaluate(
        "htmx.ajax('GET', document.querySelector('#thread').getAttribute('hx-get')"
        " .replace(/seen=\\w+/, 'seen='), {source: '#thread'})"
    )
    page.wait_for_timeout(500)
    expect(rest).to_be_focused()


def test_a_talk_is_kept_under_a_name_and_found_again(page: Page) -> None:
    say(page, "Hola, qué precio tiene?")
    name = f"Pregunta por el precio {uuid4().hex[:6]}"
    page.get_by_label("Nombre de esta sesión").fill(name)
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("link", name=name)).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="Cliente nuevo").click()
    expect(page.locator(".thread .empty")).to_be_visible()
    page.get_by_role("link", name=name).click()
    expect(page.locator(".inbound")).to_contain_text("Hola, qué precio tiene?")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name=f"Quitar {name} de la lista").click()
    expect(page.get_by_role("link", name=name)).to_have_count(0)


def test_a_talk_is_downloaded_as_a_scenario_that_goes_the_same_way_again(
    page: Page, house: RunningHouse, tmp_path: Path
) -> None:
    say(page, "Hola, qué precio tiene?")
    say(page, "quiero comprar")
    page.get_by_role("button", name="Adelantar hasta que venza").click()
    expect(section(page, "Temporizador")).to_contain_text("Venció: se le recordó al cliente")
    expect(page.locator(".thread > article:last-child.outbound.read")).to_be_visible()
    say(page, "Ana Gómez, 3001112233, Calle 5 # 3-20, Cali")
    with page.expect_download() as download:
        page.get_by_role("link", name="Descargar la charla").click()
    download.value.save_as(tmp_path / "charla.yaml")
    with simulation(house.ready["functions_database_url"]) as played:
        story = played.play(load(tmp_path / "charla.yaml"))
    assert story.went_well, story.transcript()
