// Choosing a worker in the legend brings that tour forward on the map; printing opens every folded list.
(function () {
  "use strict";
  var map = document.querySelector(".map");
  var buttons = Array.prototype.slice.call(document.querySelectorAll(".legend button[data-worker]"));
  buttons.forEach(function (button) {
    button.addEventListener("click", function () {
      button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") === "true" ? "false" : "true");
      var chosen = buttons.filter(function (b) { return b.getAttribute("aria-pressed") === "true"; });
      var names = chosen.map(function (b) { return b.dataset.worker; });
      map.classList.toggle("chosen", names.length > 0);
      map.querySelectorAll(".tour").forEach(function (tour) {
        tour.classList.toggle("on", names.indexOf(tour.dataset.worker) >= 0);
      });
    });
  });
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (d) { d.open = true; });
  });
})();
