// What the bundler makes of a style sheet that a page imports.
declare module '*.css';
