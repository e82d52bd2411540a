//! Where Apple's table and Macs differ. Rows are added with a source, or not at all.
