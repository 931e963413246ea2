#pragma once
// Styles and script of the report. No string from outside enters them.

namespace imgcnn::eval {

/// Colours, by day and by night, and what plots are drawn with: of the page and of a plot that
/// stands alone.
constexpr const char* kPlotStyle = R"(
:root { color-scheme: light dark; --back: #fff; --text: #1c1c1e; --weak: #62666d; --rule: #dcdee2; --s: 68%; --l: 41%; }
@media (prefers-color-scheme: dark) {
  :root { --back: #16181b; --text: #e6e7e9; --weak: #9a9fa8; --rule: #34383e; --s: 66%; --l: 66%; }
}
.plot { font-size: 15px; }
.plot text { fill: var(--text); }
.plot .title { font-weight: 600; font-size: 1.15em; }
.grid { stroke: var(--rule); }
.frame { stroke: var(--weak); }
.series { --c: hsl(var(--h) var(--s) var(--l)); }
.series polyline, .series line { fill: none; stroke: var(--c); stroke-width: 2.4; }
.series circle { fill: var(--c); }
.series.dashed polyline, .series.dashed line { stroke-width: 1.6; stroke-dasharray: 7 5; }
.series:hover polyline { stroke-width: 4.5; }
)";

/// After kPlotStyle.
constexpr const char* kPageStyle = R"(
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 84rem; background: var(--back); color: var(--text);
  font: 16px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: .3rem 0; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
p { max-width: 48rem; overflow-wrap: anywhere; }
.weak, caption, figcaption { color: var(--weak); font-size: .875rem; }
.plots { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 32rem), 1fr)); }
.plot { width: 100%; height: auto; }
.series.off { display: none; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; margin: .4rem 0; font-size: .9rem; }
.legend label { display: inline-flex; align-items: center; gap: .35rem; white-space: nowrap; }
.wide { overflow-x: auto; }
.tables { display: flex; flex-wrap: wrap; gap: 1rem 3rem; align-items: flex-start; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .3rem; }
th, td { padding: .25rem .7rem; border-bottom: 1px solid var(--rule); text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
.better { color: hsl(150 60% var(--l)); }
.worse { color: hsl(8 65% var(--l)); }
.shots { display: grid; gap: 1.6rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 36rem), 1fr)); }
.shot { margin: 0; min-width: 0; max-width: 640px; }
.stage { position: relative; overflow: hidden; background: #000; isolation: isolate; }
.layers { position: absolute; inset: 0; isolation: isolate; }
.layers.difference { filter: brightness(8); }
.layers img { position: absolute; inset: 0; width: 100%; height: 100%; }
.cut { position: absolute; top: 0; bottom: 0; width: 2px; margin-left: -1px; background: #fff;
  box-shadow: 0 0 3px #000; }
.shot input[type=range] { width: 100%; margin: .4rem 0; }
.controls { display: flex; flex-wrap: wrap; gap: .4rem 1rem; font-size: .875rem; }
.controls label { display: flex; align-items: center; gap: .35rem; min-width: 0; max-width: 100%; }
.controls select { min-width: 0; max-width: 100%; font: inherit; }
@media (max-width: 40rem) {
  th, td { padding: .25rem .4rem; }
  .plot { font-size: 23px; }
  .plot .series polyline { stroke-width: 4; }
  .plot .series.dashed polyline { stroke-width: 2.6; }
}
)";

constexpr const char* kPageScript = R"(
for (const box of document.querySelectorAll('.legend input')) {
  box.addEventListener('change', () => {
    for (const g of document.querySelectorAll('g.series[data-series="' + box.value + '"]'))
      g.classList.toggle('off', !box.checked);
  });
}
for (const shot of document.querySelectorAll('.shot')) {
  const find = (what) => shot.querySelector(what);
  const images = [...shot.querySelectorAll('.layers img')];
  const [range, left, right, difference] = ['[type=range]', '.left', '.right', '[type=checkbox]'].map(find);
  // Outer edges are cut beyond the picture: there a fraction of a pixel would shimmer through.
  const show = (image, from, to) => {
    const right = to < 100 ? (100 - to) + '%' : '-9px', left = from > 0 ? from + '%' : '-9px';
    image.style.clipPath = from < to ? 'inset(-9px ' + right + ' -9px ' + left + ')' : 'inset(50%)';
  };
  const draw = () => {
    const at = +range.value, l = +left.value, r = +right.value;
    images.forEach((image, i) => show(image, i === r && i !== l ? at : 0, i === r ? 100 : i === l ? at : 0));
    // The original goes on top of the others and is subtracted; where it would meet itself nothing is drawn.
    if (difference.checked) show(images[0], l === 0 ? at : 0, r === 0 ? at : 100);
    images[0].style.mixBlendMode = difference.checked ? 'difference' : '';
    images[0].style.zIndex = difference.checked ? 1 : '';
    find('.layers').classList.toggle('difference', difference.checked);
    find('.cut').style.left = at + '%';
  };
  for (const control of [range, left, right, difference]) control.addEventListener('input', draw);
  draw();
}
)";

}  // namespace imgcnn::eval
