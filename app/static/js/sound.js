// How loud the shared browser is for this person, and the tap that a page needs before it may play sound.
// @ts-check

import { byId, setButton } from './dom.js';

/**
 * @param {HTMLVideoElement} video as loud as `kept` says (arrival.js)
 * @param {import('./stage.js').Stage} stage
 * @param {import('./kept.js').Kept} kept
 */
export function followSound(video, stage, kept) {
  const slider = /** @type {HTMLInputElement} */ (byId('volume'));
  const mute = byId('mute');
  const unlock = byId('sound-unlock');
  let locked = false;

  const draw = () => {
    const silent = video.muted || video.volume === 0;
    slider.value = String(video.muted ? 0 : Math.round(video.volume * 100));
    slider.setAttribute('aria-valuetext', silent ? 'silent' : `${slider.value} percent`);
    setButton(mute, silent ? 'Sound on' : 'Sound off', silent ? 'sound-off' : 'sound-on');
    unlock.hidden = !locked || !video.muted;
  };
  // Only what a person does is kept: a page that may not play sound mutes itself.
  const keep = () => {
    kept.set('volume', String(video.volume));
    kept.set('muted', String(video.muted));
  };
  slider.addEventListener('input', () => {
    video.volume = Number(slider.value) / 100;
    video.muted = false;
    keep();
  });
  mute.addEventListener('click', () => {
    if (!video.muted && video.volume === 0) video.volume = 1;
    else video.muted = !video.muted;
    keep();
  });
  // The button says so, but the first click or key anywhere will do.
  const touched = () => locked && video.muted && navigator.userActivation?.isActive !== false && stage.unlockSound();
  document.addEventListener('click', touched);
  document.addEventListener('keydown', touched);
  video.addEventListener('volumechange', draw);
  stage.on('sound-blocked', (blocked) => {
    locked = blocked;
    draw();
  });
  draw();
}
