-- The units of which day are added up (the office's units_on); NULL: those of each period's last day. One row.
CREATE TABLE store.level (units_on DATE);
