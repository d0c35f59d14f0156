// A login or launch in a frame whose browser may keep no cookies for us there. The secret that binds a launch to this
// browser then stays with a frame of the platform ("LTI Client Side postMessages"), and failing that the launch goes on
// in a tab of its own. Only the origin of the platform's login is spoken to, and believed.
const PATIENCE_MS = 3000;
const AGAIN_MS = 300; // a frame that is still loading has not heard the first one

/** The platform's frame that keeps things for tools; null where there is none. */
function findKeeper(name) {
  const above = window.parent !== window ? window.parent : window.opener;
  if (!above || !name) return null;
  try {
    return name === "_parent" ? above : (above.frames[name] ?? null);
  } catch {
    return null;
  }
}

/** What the platform's frame answers to a message; null when it refuses, or says nothing. */
function ask({ storage, origin, key }, subject, more = {}) {
  const keeper = findKeeper(storage);
  if (!keeper || !origin) return Promise.resolve(null);
  const id = crypto.getRandomValues(new Uint32Array(4)).join("-");
  return new Promise((resolve) => {
    const end = (value) => {
      clearTimeout(timer);
      clearInterval(again);
      window.removeEventListener("message", listen);
      resolve(value);
    };
    const listen = ({ origin: from, data }) => {
      if (from !== origin || data?.subject !== `${subject}.response` || data.message_id !== id) return;
      end(data.error ? null : data);
    };
    const timer = setTimeout(end, PATIENCE_MS, null);
    window.addEventListener("message", listen);
    const tell = () => keeper.postMessage({ subject, message_id: id, key, ...more }, origin);
    const again = setInterval(tell, AGAIN_MS);
    tell();
  });
}

async function cookieArrives(address) {
  try {
    const answer = await fetch(address, { credentials: "same-origin" });
    return answer.ok && (await answer.json()).arrived === true;
  } catch {
    return false;
  }
}

async function begin(page) {
  const { cookies, next, secret } = page.dataset;
  if ((await cookieArrives(cookies)) || (await ask(page.dataset, "lti.put_data", { value: secret }))) {
    location.replace(next);
    return;
  }
  page.querySelector("[data-wait]").hidden = true;
  page.querySelector("[data-tab]").hidden = false;
}

async function finish(form) {
  const kept = await ask(form.dataset, "lti.get_data");
  form.elements.secret.value = typeof kept?.value === "string" ? kept.value : "";
  form.submit();
}

const page = document.querySelector("[data-lti-begin]");
if (page) begin(page);
const form = document.querySelector("[data-lti-finish]");
if (form) finish(form);
