// What a report needs Node for: plots, which are drawn without a browser, pictures inside the page, and what a result was
// made with.
export { curvePlot } from './curve.ts';
export { sha256, sha256OfFile, sha256OfFolder } from './hashes.ts';
export { inlinePicture, pictureTable } from './pictures.ts';
export { barPlot, linePlot } from './plot.ts';
export { versions } from './versions.ts';
