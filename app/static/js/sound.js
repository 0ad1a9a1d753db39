// How loud the shared browser is for this person, and the tap that a page needs before it may play sound.
// @ts-check

import { byId, setButton } from './dom.js';

const KEPT_AS = 'turtus:volume';

/** @returns {number} 0 to 1 */
function keptVolume() {
  try {
    const kept = Number.parseFloat(localStorage.getItem(KEPT_AS) ?? '1');
    return kept >= 0 && kept <= 1 ? kept : 1;
  } catch {
    return 1; // storage is switched off
  }
}

/** @param {number} volume */
function keepVolume(volume) {
  try {
    localStorage.setItem(KEPT_AS, String(volume));
  } catch {
    // storage is switched off: it lasts as long as the page
  }
}

/**
 * @param {HTMLVideoElement} video
 * @param {import('./stage.js').Stage} stage
 */
export function followSound(video, stage) {
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
  video.volume = keptVolume();
  slider.addEventListener('input', () => {
    video.volume = Number(slider.value) / 100;
    video.muted = false;
    keepVolume(video.volume);
  });
  mute.addEventListener('click', () => {
    if (!video.muted && video.volume === 0) video.volume = 1;
    else video.muted = !video.muted;
  });
  unlock.addEventListener('click', () => stage.unlockSound());
  video.addEventListener('volumechange', draw);
  stage.on('sound-blocked', (blocked) => {
    locked = blocked;
    draw();
  });
  draw();
}
