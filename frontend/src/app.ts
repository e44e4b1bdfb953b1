// Loaded by every page: htmx under our security policy, toasts, large text, dialogs, confirmations.
import "./styles/app.css";
import htmx from "htmx.org";
import { announceMessages } from "./lib/toasts";
import { wireDialogs } from "./lib/dialogs";
import { focusErrors } from "./lib/errors";
import { wirePreferences } from "./lib/preferences";
import { showPresentLink } from "./lib/rail";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.allowScriptTags = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  // 422 brings the form back with its errors.
  { code: "422", swap: true, error: false },
  { code: "[45]..", swap: false, error: true },
];

document.addEventListener("htmx:configRequest", (event) => {
  const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  const { headers } = (event as CustomEvent<{ headers: Record<string, string> }>).detail;
  if (token !== undefined) headers["X-CSRFToken"] = token;
});

wirePreferences(document);
wireDialogs(document);
announceMessages(document);
focusErrors(document);
showPresentLink(document);
