"""Questions before unsaved work is lost, and about recovery after a crash."""

from __future__ import annotations

from PySide6.QtWidgets import QMessageBox, QWidget

from studio.session.journal import Recovered
from studio.session.losses import Loss
from studio.ui.widgets.translation import message, tr

Answer = QMessageBox.StandardButton


def ask_to_save(window: QWidget, *losses: Loss, quits: bool = False) -> Answer:
    """Ask what to do with the listed work that closing documents would lose.

    Save is offered if a file can store any of the changes. Returns Save, Discard or Cancel.
    """
    box = QMessageBox(window)
    box.setIcon(QMessageBox.Icon.NoIcon)
    changed = [loss.name for loss in losses if loss.changes]
    if changed:
        box.setWindowTitle(tr("Unsaved changes"))
        box.setText(tr("Save the changes to {name}?", name=", ".join(changed)))
        box.setStandardButtons(Answer.Save | Answer.Discard | Answer.Cancel)
        box.setDefaultButton(Answer.Save)
    else:
        names = ", ".join(loss.name for loss in losses)
        box.setWindowTitle(tr("Work in progress"))
        box.setText(tr("Quit Lienzo?") if quits else tr("Close {name}?", name=names))
        box.setStandardButtons(Answer.Discard | Answer.Cancel)
        go_on = tr("Stop and quit") if quits else tr("Stop and close")
        box.button(Answer.Discard).setText(go_on)
        box.setDefaultButton(Answer.Cancel)
    box.setInformativeText(_told(losses))
    return _asked(box)


def _told(losses: tuple[Loss, ...]) -> str:
    """Return the work that would be lost, one line per document."""
    if len(losses) == 1:
        lines = [_named(losses[0])]
    else:
        lines = [f"{loss.name}: {_named(loss)}" for loss in losses]
    kept = any(loss.changes for loss in losses)
    head = tr("If you do not save, you lose:") if kept else tr("This would be stopped:")
    foot = [tr("Jobs are stopped in any case.")] if kept and any(x.jobs for x in losses) else []
    return "\n".join([head, *(f"•  {line}" for line in lines), *foot])


def _named(loss: Loss) -> str:
    parts = [tr("changes since the last save")] if loss.changes else []
    if loss.results == 1:
        parts.append(tr("one result that has not been applied"))
    elif loss.results:
        parts.append(tr("{count} results that have not been applied", count=loss.results))
    if loss.jobs == 1:
        parts.append(tr("one job that is running or waiting"))
    elif loss.jobs:
        parts.append(tr("{count} jobs that are running or waiting", count=loss.jobs))
    return ", ".join(parts)


def ask_to_recover(window: QWidget, recovered: Recovered) -> Answer:
    """Ask whether to recover a document that was open when Lienzo ended: Yes, No or Discard."""
    box = QMessageBox(window)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setWindowTitle(tr("Recover a document"))
    name = recovered.path.name if recovered.path else tr("Untitled")
    box.setText(tr("Lienzo closed unexpectedly while {name} was open.", name=name))
    step = tr(
        "It can be recovered as it was after the last step: {step}.", step=message(recovered.label)
    )
    typed = tr("Its file holds all of it, but not the prompt that you wrote; that can come back.")
    box.setInformativeText(typed if recovered.clean else step)
    box.setStandardButtons(Answer.Yes | Answer.No | Answer.Discard)
    box.button(Answer.Yes).setText(tr("Recover"))
    box.button(Answer.No).setText(tr("Later"))
    box.setDefaultButton(Answer.Yes)
    return _asked(box)


def _asked(box: QMessageBox) -> Answer:
    answer = Answer(box.exec())
    box.deleteLater()
    return answer
