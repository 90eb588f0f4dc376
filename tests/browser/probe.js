// SPDX-License-Identifier: BSD-2-Clause
// Runs in a copy of the page and tells the frame around it what a reader would see: as base64 of
// JSON, by postMessage.
'use strict';

// Luminance and contrast as WCAG 2.1 has them.
const luminance = (rgb) => {
    const part = (value) => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * part(rgb[0]) + 0.7152 * part(rgb[1]) + 0.0722 * part(rgb[2]);
};
const colour = (text) => (text.match(/[\d.]+/g) || []).map(Number);
const contrast = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
};
const background = (element) => {
    for (let at = element; at; at = at.parentElement) {
        const found = colour(getComputedStyle(at).backgroundColor);
        if (found.length === 3 || found[3] === 1)
            return found;
    }
    return [255, 255, 255];
};
const all = (selector) => [...document.querySelectorAll(selector)];

// Of what is written, the least contrast; of what is drawn.
const least = (elements, property) => Math.min(21, ...elements.map((element) =>
    contrast(colour(getComputedStyle(element)[property]), background(element))));

// Labels that leave their drawing, or lie on each other.
const labels = () => {
    const wrong = [];
    for (const svg of all('svg')) {
        const frame = svg.getBoundingClientRect();
        const boxes = [...svg.querySelectorAll('text')].map((text) =>
            ({words: text.textContent, box: text.getBoundingClientRect()}));
        for (const {words, box} of boxes)
            if (box.left < frame.left - 1 || box.right > frame.right + 1 ||
                box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
                wrong.push(`out of its drawing: ${words}`);
        for (let i = 0; i < boxes.length; i++)
            for (let j = 0; j < i; j++) {
                const a = boxes[i].box, b = boxes[j].box;
                if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
                    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > a.height / 3)
                    wrong.push(`on each other: ${boxes[i].words}, ${boxes[j].words}`);
            }
    }
    return wrong;
};

const probe = () => ({
    title: document.title,
    width: innerWidth,
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    curves: all('figure.curve svg').length,
    percentiles: all('figure.percentiles svg').length,
    heats: all('figure.heat svg').length,
    flat: all('svg').filter((svg) => svg.getBoundingClientRect().height < 100).length,
    lines: all('path.line').filter((path) => path.getTotalLength() > 100).length,
    cells: all('figure.heat path').map((path) => path.getAttribute('d') || '').join('').split('z').length,
    lost: all('figure.heat path.lost').map((path) => path.getBoundingClientRect().height),
    tables: all('table').map((table) => table.caption ? table.caption.textContent : ''),
    unscoped: all('th:not([scope])').length,
    unnamed: all('svg').filter((svg) => !(svg.getAttribute('aria-labelledby') || '').split(' ')
        .every((id) => document.getElementById(id) && document.getElementById(id).textContent)).length,
    labels: labels(),
    text: least(all('p,dt,dd,td,th,figcaption,caption,small,a').filter((e) => e.textContent), 'color'),
    drawn: Math.min(least(all('svg text'), 'fill'), least(all('path.line'), 'stroke')),
    ground: luminance(background(document.body)),
    outside: all('script:not(#probe),link,img,iframe,object,embed,base,form,[src],[srcset],[style]').length +
        all('[href]').filter((e) => !e.getAttribute('href').startsWith('#')).length +
        performance.getEntriesByType('resource').length,
});

addEventListener('load', () => {
    let found;
    try {
        found = probe();
    } catch (error) {
        found = {error: String(error)};
    }
    const words = btoa(unescape(encodeURIComponent(JSON.stringify(found))));
    const tell = () => parent.postMessage(words, '*');
    tell();
    setInterval(tell, 200); // whoever was not ready to listen hears it then
});
