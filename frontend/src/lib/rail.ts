// A rail of links that is longer than its room shows the present one.
export function showPresentLink(scope: Document): void {
  const link = scope.querySelector(".rail [aria-current]");
  if (link === null) return;
  // A narrow window scrolls the rail sideways, a low one the list in it downwards.
  for (const box of [link.closest(".rail"), link.closest("nav")]) {
    if (box === null) continue;
    const room = box.getBoundingClientRect();
    const own = link.getBoundingClientRect();
    if (own.left < room.left || own.right > room.right) box.scrollLeft += middle(own.left, own.right) - middle(room.left, room.right);
    if (own.top < room.top || own.bottom > room.bottom) box.scrollTop += middle(own.top, own.bottom) - middle(room.top, room.bottom);
  }
}

function middle(from: number, to: number): number {
  return (from + to) / 2;
}
