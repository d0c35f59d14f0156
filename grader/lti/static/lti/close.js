// Tells the platform that opened this page that the registration is over: it closes the frame or window.
for (const other of [window.opener, window.parent]) {
  if (other && other !== window) other.postMessage({ subject: "org.imsglobal.lti.close" }, "*");
}
