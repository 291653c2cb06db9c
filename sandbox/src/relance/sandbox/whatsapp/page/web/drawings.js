// The little pictures, by what they stand for.

const CHECKS = '<path d="M1 8.6l3 3 6-7M7.2 10.6l1 1 6-7"/>';

export const DRAWINGS = {
  pending: '<circle cx="8" cy="8" r="5.2"/><path d="M8 5v3.2l2 1.2"/>',
  sent: '<path d="M3.5 8.6l3 3 6-7"/>',
  delivered: CHECKS,
  read: CHECKS,
  send: '<path d="M2 2.5l12.5 5.5L2 13.5V9.2L9 8 2 6.8z" fill="currentColor" stroke="none"/>',
  voice: '<rect x="6" y="2" width="4" height="7.5" rx="2"/><path d="M3.8 7.5a4.2 4.2 0 0 0 8.4 0M8 11.8V14"/>',
  attach: '<path d="M8 3v10M3 8h10"/>',
  search: '<circle cx="7" cy="7" r="4"/><path d="M10 10l3.5 3.5"/>',
  more: '<path d="M8 3.2v.1M8 8v.1M8 12.8v.1" stroke-width="2.2"/>',
  close: '<path d="M4 4l8 8M12 4l-8 8"/>',
  refresh: '<path d="M13 8a5 5 0 1 1-1.6-3.7M13 2.5v2.8h-2.8"/>',
  document: '<path d="M4 2h5l3 3v9H4z"/><path d="M9 2v3h3"/>',
  emoji: '<circle cx="8" cy="8" r="5.5"/><path d="M5.8 9.5a2.6 2.6 0 0 0 4.4 0M6.2 6.4v.1M9.8 6.4v.1" />',
  failed: '<circle cx="8" cy="8" r="6"/><path d="M8 4.8v4M8 11.2v.1"/>',
  download: '<path d="M8 2v8M4.5 7L8 10.5 11.5 7M3 13.5h10"/>',
  deleted: '<circle cx="8" cy="8" r="5.5"/><path d="M4.2 4.2l7.6 7.6"/>',
  play: '<path d="M5 3l8 5-8 5z" fill="currentColor" stroke="none"/>',
  next: '<path d="M6 3l5 5-5 5"/>',
  "attach-document": '<path d="M4 2h5l3 3v9H4z"/>',
  "attach-photo": '<rect x="2" y="3" width="12" height="10" rx="1"/><path d="M3 12l4-4 3 3 2-2 2 3"/>',
  "attach-camera": '<rect x="2" y="5" width="12" height="8" rx="1"/><circle cx="8" cy="9" r="2"/>',
  "attach-sticker": '<path d="M3 3h10v6l-4 4H3z"/>',
  offline: '<path d="M2 6a9 9 0 0 1 12 0M4.5 8.8a5.2 5.2 0 0 1 7 0M8 12v.1M2 2l12 12"/>',
};
