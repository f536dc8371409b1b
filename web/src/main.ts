import { copyOnClick } from "./parts/copy";
import { routes } from "./routes";

// Every page is complete as the server sent it; this adds what moves.
document.documentElement.classList.add("scripted");
copyOnClick(document);

const main = document.getElementById("main");
if (main) {
  routes()[document.body.dataset.page ?? ""]?.start(main);
}
